package disk

import "math/rand/v2"

// A luck decides which unsynced changes survive a power cut. The zero value lets
// none survive.
type luck struct {
	random *rand.Rand
	chance float64 // of a change to survive
}

// newLuck returns the luck of a seed; that of 0 lets no change survive.
func newLuck(seed uint64) luck {
	if seed == 0 {
		return luck{}
	}
	return luck{random: rand.New(rand.NewPCG(seed, seed))}.next()
}

// next returns the luck of another file: of some everything survives, of some
// nothing, of the others a part.
func (l luck) next() luck {
	if l.random != nil {
		l.chance = min(max(l.random.Float64()*2-0.5, 0), 1)
	}
	return l
}

// keep reports whether a change survives.
func (l luck) keep() bool { return l.random != nil && l.random.Float64() < l.chance }

// pick returns which of n states survives: 0 is the synced one, 1 the one that
// programs saw last.
func (l luck) pick(n int) int {
	switch {
	case !l.keep():
		return 0
	case l.keep():
		return 1
	}
	return l.random.IntN(n)
}
