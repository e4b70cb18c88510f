package abc

import (
	"fmt"
	"strings"
)

// A chord is what a chord symbol means, as semitones above C.
type chord struct {
	root  int
	bass  int
	above []int // intervals above the root, the root first; nil is silence
}

// kinds of chord by what follows the root.
var kinds = map[string][]int{
	"": {0, 4, 7}, "m": {0, 3, 7}, "dim": {0, 3, 6}, "aug": {0, 4, 8}, "sus4": {0, 5, 7},
	"7": {0, 4, 7, 10}, "m7": {0, 3, 7, 10}, "maj7": {0, 4, 7, 11}, "dim7": {0, 3, 6, 9},
}

// parseChord reads a symbol such as Am, G7 or D/F#.
func parseChord(text string) (chord, error) {
	over, under, slash := strings.Cut(text, "/")
	letter, sharp, kind, err := parseRoot(over)
	if err != nil {
		return chord{}, err
	}
	c := chord{root: pitchClass(letter, sharp), above: kinds[kind]}
	c.bass = c.root
	if slash {
		letter, sharp, rest, err := parseRoot(under)
		if err != nil || rest != "" {
			return chord{}, fmt.Errorf("%q is not a bass note", under)
		}
		c.bass = pitchClass(letter, sharp)
	}
	if c.above == nil {
		return chord{}, fmt.Errorf("%q is not a kind of chord", kind)
	}
	return c, nil
}

func pitchClass(letter, sharp int) int { return (semitones[letter] + sharp + 12) % 12 }

// bassKey is the bass in the octave below the bass staff's top: E2 to D#3.
func (c chord) bassKey() int { return within(c.bass, 40) }

// keys are the chord's notes, upwards from G3 at the lowest.
func (c chord) keys() []int {
	var keys []int
	low := within(c.root, 52)
	for _, interval := range c.above {
		keys = append(keys, low+interval)
	}
	return keys
}

// within returns the key of a pitch class in the octave that begins at low.
func within(class, low int) int { return low + (class-low%12+12)%12 }

// A step is one letter of a gchord pattern.
type step struct {
	letter byte // f bass, c chord, b both, g h i j the chord's notes from below, z nothing
	length int  // in units of the pattern
}

// parseSteps reads a pattern such as fzczcz or f2c2.
func parseSteps(text string) ([]step, error) {
	var steps []step
	for s := (&scanner{rest: text}); s.rest != ""; {
		letter := s.next()
		if strings.IndexByte("fcbghijz", letter) < 0 || len(steps) == 64 {
			return nil, fmt.Errorf("%q: not a pattern for chords", text)
		}
		length, err := s.length(1)
		if err != nil {
			return nil, err
		}
		steps = append(steps, step{letter, length})
	}
	return steps, nil
}

// play returns the notes of one step for a chord.
func (st step) play(c chord) []Note {
	var notes []Note
	if c.above != nil && (st.letter == 'f' || st.letter == 'b') {
		notes = append(notes, Note{Key: c.bassKey(), Velocity: velocityBass})
	}
	keys := c.keys()
	if st.letter >= 'g' && st.letter <= 'j' && len(keys) > 0 {
		i := int(st.letter - 'g')
		keys = []int{keys[i%len(keys)] + 12*(i/len(keys))}
	} else if st.letter != 'c' && st.letter != 'b' {
		keys = nil
	}
	for _, key := range keys {
		notes = append(notes, Note{Key: key, Velocity: velocityChord})
	}
	return notes
}
