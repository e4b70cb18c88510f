package plan

import (
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"time"
)

// roundSteps is how many steps of workers a round has.
const roundSteps = 1000

// workers is how many processes use a mount.
const workers = 8

// guard ends a step that waits for something that may not come: a paused file, a
// server that is silent.
const guard = time.Second

// A Wish is a part of the setup that is not left to the seed.
type Wish struct {
	Service string // "" is any, as below
	Second  string // or none
}

// grant gives a setup what is wished.
func (w Wish) grant(s *Setup) {
	if w.Service != "" {
		s.Service = w.Service
	}
	if w.Second == "none" {
		s.Second = ""
	} else if w.Second != "" {
		s.Second = Second(w.Second)
	}
}

// Draw makes the plan of a seed with about ops steps of workers, which grants the wish.
func (w Wish) Draw(seed uint64, ops int) Plan {
	setup := drawSetup(seed, ops)
	w.grant(&setup)
	var p Plan
	p.Setup = setup
	id := 0
	number := func(steps []Step, round int) {
		for _, s := range steps {
			s.ID, s.Round = id, round
			if s.Do == Heal { // Ends counts back, to the step that it ends
				s.Ends += id
			}
			id++
			p.Steps = append(p.Steps, s)
		}
	}
	for round := range setup.Rounds {
		each := ops / setup.Rounds / workers
		number(drawWorld(seed, round, setup, each*workers), round)
		for by := range workers {
			d := newDrawer(seed, round, by, setup)
			number(d.steps(each), round)
		}
	}
	return p
}

// drawSetup makes the files and the mount.
func drawSetup(seed uint64, ops int) Setup {
	random := rand.New(rand.NewPCG(seed, 0))
	s := Setup{Seed: seed, Workers: workers, Rounds: max(1, ops/roundSteps)}
	s.Flags = []string{"--ttl", []string{"1h", "2s", "300ms"}[random.IntN(3)]}
	if random.IntN(3) == 0 {
		s.Flags = append(s.Flags, "--connections", "3")
	}
	if random.IntN(4) == 0 {
		s.Flags = append(s.Flags, "--cache-size", "6M")
	}
	s.User = random.IntN(4) == 0
	s.Second = pick(random, "", "", "", "", Apart, Beside)
	n := 0
	add := func(folder string, sizes ...int64) {
		for _, size := range sizes {
			n++
			f := File{Path: path.Join(folder, fmt.Sprintf("song%02d%s", n, exts[n%len(exts)])), Size: size, Validators: "strong"}
			switch random.IntN(8) {
			case 0:
				f.Validators = "weak"
			case 1:
				f.Validators = "date"
			case 2:
				f.Validators = "none"
			case 3:
				f.NoRanges = true
			case 4:
				f.NoLength = true
			}
			s.Files = append(s.Files, f)
		}
	}
	add("", 70_000, 1)
	add("shared", 15, 4096, 4097, 300_000, 1<<20, 1<<20+1, 3_000_017)
	add("shared/deep", 500_000, 2_000_000, 65_536)
	for by := range workers {
		add(fmt.Sprintf("own%d", by), 200_000+int64(random.IntN(100)), 1_500_000+int64(random.IntN(100)))
	}
	s.Files = append(s.Files, slowFiles()...)
	s.Disk = random.IntN(3) == 0
	s.Service = pick(random, "index", "index", "archive", "subsonic")
	return s
}

var exts = []string{".mp3", ".flac", ".ogg", ".m4a"}

// A drawer makes the steps of one worker in one round.
type drawer struct {
	*rand.Rand
	by    int
	round int
	setup Setup
	out   []Step
}

func newDrawer(seed uint64, round, by int, setup Setup) *drawer {
	return &drawer{Rand: rand.New(rand.NewPCG(seed, uint64(1+round*100+by))), by: by, round: round, setup: setup}
}

func (d *drawer) add(s Step) {
	s.By = d.by
	d.out = append(d.out, s)
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// steps makes n steps or a few more.
func (d *drawer) steps(n int) []Step {
	scenarios := []struct {
		weight int
		do     func()
	}{
		{12, d.handle}, {14, d.wholeFile}, {8, d.looks}, {10, d.ownVerbs}, {4, d.sharedVerb},
		{2, d.folderVerb}, {3, d.search}, {2, d.removal}, {2, d.refresh}, {1, d.never}, {1, d.follow},
		{1, d.pausedMidway}, {1, d.canceledMidway}, {6, d.inState},
	}
	total := 0
	for _, s := range scenarios {
		total += s.weight
	}
	for len(d.out) < n {
		at := d.IntN(total)
		for _, s := range scenarios {
			if at -= s.weight; at < 0 {
				s.do()
				break
			}
		}
	}
	if d.by == silentOf && d.setup.silent(d.round) {
		d.wait()
	}
	for slot := range Slots { // what is open cannot be evicted
		d.add(Step{Do: Close, Slot: slot})
	}
	return d.out
}

// Slots is how many handles a worker may have open.
const Slots = 4

// file returns a file that all may use, or one of the worker's own.
func (d *drawer) file() File {
	var all []File
	own := fmt.Sprintf("own%d", d.by)
	for _, f := range d.setup.Files {
		if dir := path.Dir(f.Path); dir == own || dir == "." || dir == "shared" || dir == "shared/deep" {
			if f.Rate > 0 && d.IntN(8) > 0 {
				continue // each read of it takes long
			}
			all = append(all, f)
		}
	}
	return pick(d.Rand, all...)
}

// own returns a file that only this worker touches.
func (d *drawer) own() File {
	dir := fmt.Sprintf("own%d", d.by)
	i := slices.IndexFunc(d.setup.Files, func(f File) bool { return path.Dir(f.Path) == dir })
	return d.setup.Files[i+d.IntN(2)]
}

// guard returns when a step that waits is interrupted: late, or in the middle.
func (d *drawer) guard() time.Duration {
	if d.IntN(5) == 0 {
		return time.Duration(1+d.IntN(200)) * time.Millisecond
	}
	return guard
}
