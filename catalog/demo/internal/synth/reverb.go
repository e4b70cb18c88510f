package synth

// The room is Schroeder's: combs side by side make the echoes, each losing its
// brilliance as it goes round, and all-passes in a row make them dense. Delays
// are those of Jezar's Freeverb, in samples.
var (
	combDelays    = [...]int{1116, 1277, 1422, 1557}
	allpassDelays = [...]int{556, 225}
)

const (
	feedback = 26 // of 32: how much of an echo comes back
	damping  = 12 // of 32: how much of its brilliance it loses
	wet      = 3  // of 32: how loud the room is, a comb
)

// A comb is an echo that repeats itself.
type comb struct {
	delay []int32
	at    int
	low   int32 // the last output of its low-pass
}

func (c *comb) next(in int32) int32 {
	out := c.delay[c.at]
	c.low += (out - c.low) * (32 - damping) >> 5
	c.delay[c.at] = in + c.low*feedback>>5
	if c.at++; c.at == len(c.delay) {
		c.at = 0
	}
	return out
}

// An allpass spreads an echo in time and leaves its colour.
type allpass struct {
	delay []int32
	at    int
}

func (a *allpass) next(in int32) int32 {
	old := a.delay[a.at]
	a.delay[a.at] = in + old>>1
	if a.at++; a.at == len(a.delay) {
		a.at = 0
	}
	return old - in
}

// reverberate adds the room to a mix.
func reverberate(mix []int32) {
	var combs [len(combDelays)]comb
	for i, d := range combDelays {
		combs[i].delay = make([]int32, d)
	}
	var passes [len(allpassDelays)]allpass
	for i, d := range allpassDelays {
		passes[i].delay = make([]int32, d)
	}
	for i, dry := range mix {
		room := int32(0)
		for c := range combs {
			room += combs[c].next(dry)
		}
		room = room * wet >> 5
		for p := range passes {
			room = passes[p].next(room)
		}
		mix[i] = dry + room
	}
}
