package abc

import (
	"fmt"
	"strings"
)

// semitones of the letters C to B above C.
var semitones = [7]int{0, 2, 4, 5, 7, 9, 11}

// A scale says by how many semitones each letter from C to B is altered.
type scale [7]int

// letters C to B as steps in the circle of fifths from C.
var fifths = [7]int{0, 2, 4, -1, 1, 3, 5}

// modes by how many fifths their signature lies from that of major.
var modes = map[string]int{
	"": 0, "maj": 0, "m": -3, "min": -3, "dor": -2, "phr": -4, "lyd": 1, "mix": -1, "loc": -5,
}

// parseKey reads a key such as G, Bb, F#m or Ddor.
func parseKey(text string) (scale, error) {
	letter, sharp, mode, err := parseRoot(text)
	if err != nil {
		return scale{}, err
	}
	offset, ok := modes[strings.ToLower(mode)]
	count := fifths[letter] + 7*sharp + offset
	if !ok || count < -7 || count > 7 {
		return scale{}, fmt.Errorf("%q is not a key", text)
	}
	var s scale
	for i := range s {
		switch { // sharps come in the order FCGDAEB, flats the other way round
		case count > fifths[i]+1:
			s[i] = 1
		case -count > 5-fifths[i]:
			s[i] = -1
		}
	}
	return s, nil
}

// parseRoot reads a letter with an optional # or b, and returns the letter
// counted from C, its alteration and the rest of text.
func parseRoot(text string) (letter, sharp int, rest string, err error) {
	if text == "" {
		return 0, 0, "", fmt.Errorf("a key or chord is missing")
	}
	letter = strings.IndexByte("CDEFGAB", text[0])
	if letter < 0 {
		return 0, 0, "", fmt.Errorf("%q is not a key or chord", text)
	}
	rest = text[1:]
	switch {
	case strings.HasPrefix(rest, "#"):
		return letter, 1, rest[1:], nil
	case strings.HasPrefix(rest, "b"):
		return letter, -1, rest[1:], nil
	}
	return letter, 0, rest, nil
}
