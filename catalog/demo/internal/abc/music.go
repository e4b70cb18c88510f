package abc

import (
	"fmt"
	"strings"
)

// maxLength bounds one note or rest, in ticks.
const maxLength = 64 * Whole

// music reads one line of notes into the current part and voice.
func (p *parser) music(text string) error {
	p.openLine()
	for s := (&scanner{rest: text}); s.rest != ""; {
		if err := p.element(s); err != nil {
			return fmt.Errorf("at %q: %w", s.rest, err)
		}
	}
	return nil
}

// openLine makes sure that there is a part and a line for the current voice.
func (p *parser) openLine() {
	if p.part == nil {
		p.part = newPart()
		p.parts[""] = p.part
	}
	if p.line == nil {
		p.line = p.part.voice(p.voice)
	}
}

func (p *parser) element(s *scanner) error {
	switch s.rest[0] {
	case ' ', '\t':
		s.next()
	case '%':
		s.rest = ""
	case '|':
		s.take("|]")
		p.line.endBar(p.bar)
	case '"':
		return p.chordSymbol(s)
	case '-':
		s.next()
		return p.line.tie()
	case '>':
		s.next()
		return p.line.lengthen()
	case '[':
		return p.stack(s)
	case 'z', 'Z':
		return p.rest(s)
	default:
		return p.note(s)
	}
	return nil
}

func (p *parser) note(s *scanner) error {
	key, err := p.pitch(s)
	if err != nil {
		return err
	}
	length, err := s.length(p.unit)
	if err != nil {
		return err
	}
	return p.line.add(length, key)
}

// stack reads notes that sound together, such as [CEG]2.
func (p *parser) stack(s *scanner) error {
	s.next()
	var keys []int
	for s.rest != "" && s.rest[0] != ']' {
		key, err := p.pitch(s)
		if err != nil {
			return err
		}
		keys = append(keys, key)
	}
	if s.rest == "" || len(keys) == 0 {
		return fmt.Errorf("stacked notes without an end or without a note")
	}
	s.next()
	length, err := s.length(p.unit)
	if err != nil {
		return err
	}
	return p.line.add(length, keys...)
}

// rest reads z, in units, or Z, in whole bars.
func (p *parser) rest(s *scanner) error {
	unit, whole := p.unit, s.next() == 'Z'
	if whole {
		unit = p.bar
	}
	length, err := s.length(unit)
	if err != nil {
		return err
	}
	if !whole {
		return p.line.add(length)
	}
	for ; length > p.bar; length -= p.bar { // the last one ends at its own bar line
		if err := p.line.add(p.bar); err != nil {
			return err
		}
		p.line.endBar(p.bar)
	}
	return p.line.add(length)
}

func (p *parser) chordSymbol(s *scanner) error {
	text, rest, ok := strings.Cut(s.rest[1:], `"`)
	if !ok {
		return fmt.Errorf("chord symbol without an end")
	}
	s.rest = rest
	c, err := parseChord(text)
	if err != nil {
		return err
	}
	p.line.chords = append(p.line.chords, chordAt{p.line.now, c})
	return nil
}

// pitch reads accidentals, a letter and octave marks. An accidental holds for
// its note until the end of the bar.
func (p *parser) pitch(s *scanner) (int, error) {
	marks := s.take("^_=")
	if s.rest == "" {
		return 0, fmt.Errorf("a note is missing")
	}
	letter := s.next()
	i := strings.IndexByte("CDEFGABcdefgab", letter)
	if i < 0 {
		return 0, fmt.Errorf("%q is not a note", letter)
	}
	natural := 60 + 12*(i/7) + semitones[i%7]
	octaves := s.take("',")
	natural += 12 * (strings.Count(octaves, "'") - strings.Count(octaves, ","))
	if marks != "" {
		p.line.altered[natural] = strings.Count(marks, "^") - strings.Count(marks, "_")
	}
	shift, altered := p.line.altered[natural]
	if !altered {
		shift = p.key[i%7]
	}
	if key := natural + shift; key >= 12 && key <= 108 {
		return key, nil
	}
	return 0, fmt.Errorf("note out of the range of a keyboard")
}

// A scanner holds what is still to be read of a line.
type scanner struct{ rest string }

// next takes one byte; the caller has seen that there is one.
func (s *scanner) next() byte {
	c := s.rest[0]
	s.rest = s.rest[1:]
	return c
}

// take takes the longest run of bytes that stand in set.
func (s *scanner) take(set string) string {
	n := len(s.rest) - len(strings.TrimLeft(s.rest, set))
	run := s.rest[:n]
	s.rest = s.rest[n:]
	return run
}

// length reads a multiple of unit: 2, 3/2, / (a half), // (a quarter) or nothing.
func (s *scanner) length(unit int) (int, error) {
	n, d := 1, 1
	var err error
	if digits := s.take("0123456789"); digits != "" {
		if n, err = number(digits, 1, 128); err != nil {
			return 0, err
		}
	}
	if slashes := len(s.take("/")); slashes > 0 {
		d = 1 << min(slashes, 8)
		if digits := s.take("0123456789"); digits != "" {
			if d, err = number(digits, 1, 128); err != nil {
				return 0, err
			}
		}
	}
	if ticks := n * unit; ticks%d == 0 && ticks/d <= maxLength {
		return ticks / d, nil
	}
	return 0, fmt.Errorf("length %d/%d: too fine or too long", n, d)
}
