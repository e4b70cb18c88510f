// Package abc reads tunes written in a subset of the ABC music notation, as the
// ABC standard 2.1 defines it (https://abcnotation.com/wiki/abc:standard:v2.1).
//
// A tune begins with fields, of which K is the last, and goes on with music:
//
//	X:1                        number
//	T:Title   C:Composer   B:Book   G:Group   O:Origin   (one a line)
//	I:released 2026-01-31      an instruction of our own: a date
//	M:3/4   L:1/8   Q:1/4=120  meter, unit length, tempo
//	P:AAB                      the order in which parts are played
//	%%MIDI program 46          General MIDI instrument, from 0
//	%%MIDI gchord fzczcz       how chord symbols are played, a bar at a time
//	K:Am                       key, with a mode: m, dor, phr, lyd, mix, loc
//
// In the music, P:A begins a part and V:2 a voice. Understood are notes with
// accidentals, octaves and lengths, stacked notes ([CEG]), rests (z, and Z for
// whole bars), bars, ties, the broken rhythm a>b, and chord symbols ("Am7/C"). The
// rest of ABC is an error, not silently skipped. The MIDI directives are those
// of abc2midi.
//
// It owns the notation: a [Tune] comes out as notes in time. It must never know
// how notes sound. Open abc.go first, then parse.go, which reads a tune's fields,
// music.go, which reads its music, and perform.go, which plays its parts in order.
// voice.go holds what a voice plays; key.go and chord.go read keys and chords.
package abc

import (
	"errors"
	"time"
)

// Whole is the length of a whole note in ticks, the unit of time in a tune.
const Whole = 1920

// ErrSyntax is wrapped by every error of Parse.
var ErrSyntax = errors.New("not the ABC understood here")

// A Tune is a parsed score, its parts laid out in the order of play.
type Tune struct {
	Number   int       // X
	Title    string    // T
	Composer string    // C
	Book     string    // B
	Group    string    // G, a genre
	Origin   string    // O
	Released time.Time // I:released, UTC

	Tempo   int    // quarter notes a minute
	Program int    // General MIDI instrument, from 0
	Notes   []Note // by Start, then by Key
	Length  int    // ticks
}

// A Note is one sound of a tune.
type Note struct {
	Start    int // ticks from the beginning
	Length   int // ticks
	Key      int // MIDI key number: 60 is middle C
	Velocity int // MIDI velocity: 1 is softest, 127 loudest
}

// Velocities by what a note is for: the tune stands out from what goes with it.
const (
	velocityTune   = 96
	velocityVoice  = 76 // second and further voices
	velocityBass   = 64
	velocityChord  = 46
	velocityAccent = 12 // added on the first beat of a bar
)
