package synth

// An Instrument is a sound: the strengths of its partials, in three groups that
// die away each at its own pace, as the upper partials of a string do first.
type Instrument struct {
	waves   waves
	halves  [groups]int // half-lives of the groups at middle C, in ms
	attack  int         // ms until full strength
	release int         // half-life after the note is let go, in ms
}

// groups of partials: the fundamental, the body, the brilliance.
const groups = 3

// Instruments by their General MIDI program number, counted from 0.
var Instruments = map[int]*Instrument{
	0: { // piano
		waves:  newWaves([]int{1: 1000, 2: 180}, []int{2: 260, 3: 230, 4: 120}, []int{5: 90, 6: 60, 7: 35, 8: 30}),
		halves: [groups]int{900, 420, 130}, attack: 4, release: 70,
	},
	6: { // harpsichord
		waves:  newWaves([]int{1: 520, 2: 300}, []int{2: 320, 3: 380, 4: 270, 5: 200}, []int{6: 170, 7: 140, 8: 110, 9: 90, 10: 60}),
		halves: [groups]int{700, 480, 260}, attack: 1, release: 45,
	},
	10: { // music box
		waves:  newWaves([]int{1: 1000}, []int{2: 60, 4: 330}, []int{6: 50, 9: 70}),
		halves: [groups]int{800, 260, 70}, attack: 1, release: 140,
	},
	19: { // organ
		waves:  newWaves([]int{1: 700, 2: 420, 4: 200}, []int{3: 160, 6: 60, 8: 60}, []int{5: 30, 10: 20}),
		halves: [groups]int{60_000, 60_000, 60_000}, attack: 30, release: 35,
	},
	24: { // guitar
		waves:  newWaves([]int{1: 900, 2: 250}, []int{2: 380, 3: 300, 4: 110}, []int{5: 130, 6: 70, 7: 60, 9: 40}),
		halves: [groups]int{600, 320, 110}, attack: 3, release: 90,
	},
	46: { // harp
		waves:  newWaves([]int{1: 1000, 2: 220}, []int{2: 240, 3: 160, 4: 60}, []int{5: 60, 6: 40, 7: 20}),
		halves: [groups]int{750, 300, 90}, attack: 3, release: 130,
	},
	73: { // flute
		waves:  newWaves([]int{1: 1000}, []int{2: 330, 3: 120}, []int{4: 50, 5: 30}),
		halves: [groups]int{6000, 3500, 2000}, attack: 55, release: 60,
	},
}

// octave holds the steps of phase a sample for keys 108 to 119, in 2^-32 turns:
// 440 Hz x 2^((key-69)/12) / Rate.
var octave = [12]uint32{
	407681904, 431923931, 457607465, 484818220, 513647012, 544190053,
	576549277, 610832681, 647154683, 685636503, 726406571, 769600953,
}

// phaseStep returns how far a key's wave turns in one sample.
func phaseStep(key int) uint32 {
	key = min(max(key, 12), 119)
	return octave[key%12] >> (9 - key/12)
}

// play adds a note to a mix that begins where the note does.
func (in *Instrument) play(mix []int32, n Note) {
	env := in.newEnvelope(n)
	step := phaseStep(n.Key)
	phase := uint32(0)
	for at := 0; at < len(mix) && env.audible(); at += block {
		gains, slopes := env.next(at)
		to := mix[at:min(at+block, len(mix))]
		if at > env.attack && gains[1] == 0 && gains[2] == 0 {
			phase = in.waves.addFirst(to, phase, step, gains[0], slopes[0])
		} else {
			phase = in.waves.add(to, phase, step, gains, slopes)
		}
	}
}
