package synth

// block is the number of samples over which gains run in a straight line.
const block = 64

const (
	one   = 1 << 32       // 1.0 as a decay factor
	ln2   = 2977044472    // ln 2 in units of one
	full  = 127 * 127 * 4 // the gain of the loudest note, squared velocity
	floor = full >> 7     // 42 dB below: here a sound has ended
	fine  = 12            // fraction bits of a gain within an envelope
)

// An envelope gives the gains of a note's groups of partials over time.
type envelope struct {
	gains   [groups]int64 // without the attack, with fine bits
	decay   [groups]int64 // factors a block, in units of one
	release int64         // the factor after the note was let go
	attack  int           // samples
	length  int           // samples
	last    [groups]int64 // where the last block ended
}

func (in *Instrument) newEnvelope(n Note) *envelope {
	e := &envelope{length: n.Length, attack: max(1, in.attack*Rate/1000), release: decayFactor(in.release)}
	for g := range e.gains {
		e.gains[g] = int64(n.Velocity*n.Velocity*4) << fine
		// High strings are short and sound less long.
		e.decay[g] = decayFactor(max(1, in.halves[g]*(132-n.Key)/72))
	}
	return e
}

// decayFactor returns 2^(-block/half) for a half-life in ms, by the first three
// terms of the exponential series: enough, as a block is short beside a half-life.
func decayFactor(half int) int64 {
	x := int64(ln2) * block / (int64(half) * Rate / 1000)
	return one - x + x*(x>>16)>>17
}

// next moves on by a block that begins at a sample. It returns each group's
// gain there and its slope, both with fine bits.
func (e *envelope) next(at int) (gains, slopes [groups]int64) {
	for g := range e.gains {
		factor := e.decay[g]
		if at >= e.length {
			factor = min(factor, e.release)
		}
		e.gains[g] = e.gains[g] >> 4 * (factor >> 4) >> 24
		target := max(0, e.gains[g]-floor<<fine) // it ends without a click
		if end := at + block; end < e.attack {
			target = target * int64(end) / int64(e.attack)
		}
		gains[g], slopes[g] = e.last[g], (target-e.last[g])/block
		e.last[g] = target
	}
	return gains, slopes
}

// audible reports whether anything is left of the note.
func (e *envelope) audible() bool {
	return max(e.gains[0], e.gains[1], e.gains[2]) > floor<<fine
}
