package synth

const (
	waveBits = 10 // a wave is a turn of 2^10 points
	waveSize = 1 << waveBits
	fracBits = 14 // of the phase, by which to go between two points
)

// waves holds one turn of each group of partials, side by side as they are
// read; the last point is the first once more.
type waves [waveSize + 1][groups]int32

// sines is one turn of a sine, at most 2^30.
var sines = newSines()

// newSines turns a vector round the circle by steps of a known cosine and sine.
// The error after a turn is some 2^-20.
func newSines() [waveSize]int64 {
	const cosStep, sinStep = 1073721611, 6588356 // of 2 pi/1024, times 2^30
	var table [waveSize]int64
	x, y := int64(1<<30), int64(0)
	for i := range table {
		table[i] = y
		x, y = (x*cosStep-y*sinStep)>>30, (x*sinStep+y*cosStep)>>30
	}
	return table
}

// newWaves sums partials, each group given by strength in thousandths.
func newWaves(strengths ...[]int) waves {
	var w waves
	for g, partials := range strengths {
		for i := range w {
			sum := int64(0)
			for n, strength := range partials {
				sum += sines[n*i%waveSize] * int64(strength) / 1000
			}
			w[i][g] = int32(sum >> 16)
		}
	}
	return w
}

// add adds the waves to a mix, with gains that run in straight lines, and
// returns the phase where it ends.
func (w *waves) add(mix []int32, phase, step uint32, gains, slopes [groups]int64) uint32 {
	g0, g1, g2 := gains[0], gains[1], gains[2]
	s0, s1, s2 := slopes[0], slopes[1], slopes[2]
	for i := range mix {
		at, frac := split(phase)
		a, b := &w[at], &w[at+1]
		here := int64(a[0])*g0 + int64(a[1])*g1 + int64(a[2])*g2
		next := int64(b[0])*g0 + int64(b[1])*g1 + int64(b[2])*g2
		mix[i] += int32((here + (next-here)>>fracBits*frac) >> (2*fine + 2))
		phase += step
		g0, g1, g2 = g0+s0, g1+s1, g2+s2
	}
	return phase
}

// addFirst is add for the first group alone: most of a note's time nothing else
// is left of it.
func (w *waves) addFirst(mix []int32, phase, step uint32, gain, slope int64) uint32 {
	for i := range mix {
		at, frac := split(phase)
		here, next := int64(w[at][0]), int64(w[at+1][0])
		mix[i] += int32((here + (next-here)*frac>>fracBits) * gain >> (2*fine + 2))
		phase += step
		gain += slope
	}
	return phase
}

// split returns the point of a wave at or before a phase, and the way to the
// next one in 2^-fracBits.
func split(phase uint32) (at uint32, frac int64) {
	return phase >> (32 - waveBits), int64(phase >> (32 - waveBits - fracBits) & (1<<fracBits - 1))
}
