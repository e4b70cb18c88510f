package plan

import (
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"time"
)

// crashes has workers be killed in the middle of their steps.
func (d *changes) crashes(seed uint64, round int) {
	d.Rand = rand.New(rand.NewPCG(seed, uint64(98_000+round)))
	if seed%4 == 0 {
		return
	}
	for range d.IntN(8) {
		d.add(Step{Do: Crash, After: d.IntN(d.n), Slot: d.IntN(workers)})
	}
}

// A server may be silent for a minute. That takes a minute, so few plans have it.
const (
	silentSeeds = 7 // one of them has it
	silence     = 70 * time.Second
	silentOf    = workers - 1 // the worker that waits
)

// silent reports whether a round has a server that is silent for a minute.
func (s Setup) silent(round int) bool { return s.Seed%silentSeeds == 4 && round == s.Rounds-1 }

// silentFile is a file that only the worker that waits touches.
func (s Setup) silentFile() string {
	dir := fmt.Sprintf("own%d", silentOf)
	return s.Files[slices.IndexFunc(s.Files, func(f File) bool { return path.Dir(f.Path) == dir })].Path
}

// silences has the server be silent at the end of a round, until a reader gave up.
func (d *changes) silences(round int) {
	if !d.setup.silent(round) {
		return
	}
	at := d.n - d.n/16
	d.add(Step{Do: Strike, After: at, Path: d.setup.silentFile(), Fault: pick(d.Rand, "stall", "stallbody")})
	begun := len(d.out) - 1
	d.add(Step{Do: Heal, After: 2 * d.n, Signal: silence})
	d.pairs[len(d.pairs)-1] = begun
}

// wait reads a file of a server that is silent, for longer than that may take.
func (d *drawer) wait() {
	p := d.setup.silentFile()
	for slot := range Slots {
		d.add(Step{Do: Close, Slot: slot})
	}
	d.verb(p, "cancel")
	d.verb(p, "evict")
	d.add(Step{Do: Stat, Path: path.Dir(p), Signal: guard})
	d.add(Step{Do: Copy, Path: p, How: "cp", Signal: 100 * time.Second})
}
