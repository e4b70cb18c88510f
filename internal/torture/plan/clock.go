package plan

import (
	"math/rand/v2"
	"time"
)

const day = 24 * time.Hour

// walls are where the wall clock of the program steps to: zones, a dead battery, a year
// that was typed wrong.
var walls = []time.Duration{
	0, -30 * time.Second, time.Hour, -time.Hour, 26 * time.Hour, -3 * day, 40 * day, -400 * day, 20 * 365 * day, -20 * 365 * day,
}

// clocks has the wall clock step in some rounds of a third of all seeds.
func (d *changes) clocks(seed uint64, round int) {
	d.Rand = rand.New(rand.NewPCG(seed, uint64(97_000+round)))
	if seed%3 != 2 {
		return
	}
	for range d.IntN(5) {
		d.add(Step{Do: Clock, After: d.IntN(d.n), Wall: pick(d.Rand, walls...)})
	}
}
