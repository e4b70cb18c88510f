// Package synth plays notes with a few plucked, struck and blown instruments.
//
// All of it is integer arithmetic: the same notes give the same samples to the
// bit on every machine, which floating point does not promise where a compiler
// may fuse a multiplication and an addition.
//
// It owns the sound of an instrument and the form of a WAV file. It must never
// know a score or a server.
//
// Open synth.go first: Render plays the notes. instrument.go has the instruments.
package synth

import "context"

// Rate is the number of samples a second.
const Rate = 44100

// A Note is one sound to play.
type Note struct {
	Start    int // samples from the beginning
	Length   int // samples until it is let go
	Key      int // MIDI key number, 12 to 119: 60 is middle C
	Velocity int // MIDI velocity, 1 to 127
}

const (
	tail = 2 * Rate // what is heard after the last note is let go
	fade = Rate     // of the tail, in which the last of it dies away
	peak = 27800    // the loudest sample: 1.4 dB below full scale
)

// Length returns how many samples Render makes of notes.
func Length(notes []Note) int {
	end := 0
	for _, n := range notes {
		end = max(end, n.Start+n.Length)
	}
	return end + tail
}

// Render plays notes and returns the samples of one channel, as loud as they
// may be without clipping. It fails if ctx ends before the last note.
func Render(ctx context.Context, notes []Note, instrument *Instrument) ([]int16, error) {
	mix := make([]int32, Length(notes))
	for _, n := range notes {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		instrument.play(mix[n.Start:], n)
	}
	reverberate(mix)
	return level(mix), nil
}

// level scales a mix to its peak, fades its end and returns it as 16 bits.
func level(mix []int32) []int16 {
	loudest := int32(1)
	for _, s := range mix {
		loudest = max(loudest, s, -s)
	}
	const bits = 24
	scale := peak << bits / int64(loudest)
	samples := make([]int16, len(mix))
	for i, s := range mix {
		v := int64(s) * scale >> bits
		if left := int64(len(mix) - i); left < fade {
			v = v * left / fade
		}
		samples[i] = int16(v)
	}
	return samples
}
