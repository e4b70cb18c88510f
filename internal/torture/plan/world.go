package plan

import (
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"time"
)

// passing are faults that pass, final those that fail a read at once.
var (
	passing = []string{
		"reset", "cut", "hangup", "stall", "stallbody", "trickle", "slow", "chunked", "goaway",
		"429", "503", "500", "errorpage", "redirect1", "redirect9", "short",
	}
	final = []string{
		"shift", "long", "range", "norange", "total", "whole", "etag", "noetag", "gzip",
		"416", "401", "403", "404", "410", "page", "nothttp", "redirect12",
	}
)

// drawWorld makes the steps of the world in one round, which has n steps of workers.
func drawWorld(seed uint64, round int, setup Setup, n int) []Step {
	d := &changes{Rand: rand.New(rand.NewPCG(seed, uint64(90_000+round))), setup: setup, n: n}
	for range n / 14 {
		d.one()
	}
	if seed%2 == 1 {
		for _, verb := range []string{"start", "pause", "cancel", ""} {
			d.kill(verb)
		}
	}
	if setup.Second != "" {
		d.add(Step{Do: Rival, After: d.IntN(n), Mount: d.mount()})
	}
	d.clocks(seed, round)
	d.crashes(seed, round)
	d.silences(round)
	d.Rand = rand.New(rand.NewPCG(seed, uint64(95_000+round)))
	d.cache()
	d.outwait(round)
	return d.ordered()
}

// changes makes the steps of the world.
type changes struct {
	*rand.Rand
	setup Setup
	n     int
	out   []Step
	pairs []int // for each step the number of the strike that it ends, or -1
}

func (d *changes) add(s Step) {
	s.By = World
	d.out = append(d.out, s)
	d.pairs = append(d.pairs, -1)
}

// mount returns one of the mounts.
func (d *changes) mount() int { return d.IntN(d.setup.Mounts()) }

// one makes one change.
func (d *changes) one() {
	at := d.IntN(d.n)
	f := d.file()
	switch k := d.IntN(100); {
	case k < 35:
		d.add(Step{Do: Publish, After: at, Path: f.Path, Size: d.size(f)})
	case k < 85:
		d.strike(at, f)
	case k < 90:
		d.add(Step{Do: pick(d.Rand, Hide, Unlist), After: at, Path: f.Path})
		d.add(Step{Do: Relist, After: min(at+1+d.IntN(60), d.n), Path: f.Path})
	case k < 92:
		d.begin(Step{Do: Strike, After: at, Fault: "down", How: "lists"}, 20)
	case k < 95:
		d.add(Step{Do: Stop, After: at, Mount: d.mount(), Signal: time.Duration(1+d.IntN(200)) * time.Millisecond})
	case k < 98 && d.setup.Seed%2 == 1:
		d.add(Step{Do: Unmount, After: at, Mount: d.mount(), How: pick(d.Rand, "command", "lazy", "force", "signal")})
	}
}

// file returns a file that may change: one of the folder Kept may not.
func (d *changes) file() File {
	for {
		if f := pick(d.Rand, d.setup.Files...); path.Dir(f.Path) != Kept {
			return f
		}
	}
}

// kill ends the mount at once, right after a verb, if there is one, which has to count.
func (d *changes) kill(verb string) {
	s := Step{Do: Kill, After: d.IntN(d.n), Mount: d.mount(), Verb: verb}
	if verb != "" {
		s.Path = pick(d.Rand, kept()...).Path
	}
	d.add(s)
}

// size returns the size of a new version: each has one of its own.
func (d *changes) size(f File) int64 { return max(1, f.Size*3/4) + d.Int64N(f.Size+40) }

// strike makes a fault, and its end.
func (d *changes) strike(at int, f File) {
	kind := pick(d.Rand, pick(d.Rand, passing...), pick(d.Rand, passing...), pick(d.Rand, final...))
	s := Step{Do: Strike, After: at, Fault: kind}
	s.Path = pick(d.Rand, f.Path, f.Path, path.Dir(f.Path), "shared", fmt.Sprintf("own%d", d.IntN(workers)), "")
	if s.Path == "." {
		s.Path = ""
	}
	if d.IntN(4) == 0 {
		s.How = "lists"
	}
	if d.IntN(3) == 0 {
		s.Count = 1 + d.IntN(4)
	}
	d.begin(s, 50)
}

// begin adds a fault, and its end at most longest steps later.
func (d *changes) begin(s Step, longest int) {
	d.add(s)
	begun := len(d.out) - 1
	d.add(Step{Do: Heal, After: min(s.After+1+d.IntN(longest), d.n)})
	d.pairs[len(d.pairs)-1] = begun
}

// ordered returns the steps in the order in which they are due. Ends of a Heal is
// how many steps before it the strike is, below 0.
func (d *changes) ordered() []Step {
	order := make([]int, len(d.out))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return d.out[a].After - d.out[b].After })
	place := make([]int, len(order))
	for at, i := range order {
		place[i] = at
	}
	steps := make([]Step, len(order))
	for at, i := range order {
		steps[at] = d.out[i]
		if d.pairs[i] >= 0 {
			steps[at].Ends = place[d.pairs[i]] - at
		}
	}
	return steps
}
