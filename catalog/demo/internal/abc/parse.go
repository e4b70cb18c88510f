package abc

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Limits on a score, far above any real one, so that none can eat the memory.
const (
	maxText  = 64 << 10 // bytes
	maxNotes = 20_000   // in the order of play
	maxWhole = 1000     // whole notes in a part
	maxParts = 64       // in the order of play
)

// A parser holds what has been read of a tune.
type parser struct {
	tune   Tune
	unit   int    // L, in ticks
	bar    int    // M: a full bar, in ticks
	key    scale  // K
	gchord []step // how chord symbols are played
	order  string // P of the header

	inMusic bool // K has been read
	parts   map[string]*part
	part    *part
	line    *line
	voice   string
}

// Parse returns the tune that text holds. Its errors wrap ErrSyntax and name
// the line.
func Parse(text string) (*Tune, error) {
	if len(text) > maxText {
		return nil, fmt.Errorf("%w: longer than %d bytes", ErrSyntax, maxText)
	}
	p := &parser{unit: Whole / 8, bar: Whole, parts: map[string]*part{}}
	p.tune.Tempo = 120
	for i, line := range strings.Split(text, "\n") {
		if err := p.readLine(strings.TrimRight(line, " \t\r")); err != nil {
			return nil, fmt.Errorf("%w: line %d: %w", ErrSyntax, i+1, err)
		}
	}
	if err := p.perform(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSyntax, err)
	}
	return &p.tune, nil
}

func (p *parser) readLine(line string) error {
	switch {
	case strings.HasPrefix(line, "%%"):
		return p.directive(strings.Fields(line[2:]))
	case line == "" || line[0] == '%':
		return nil
	case len(line) > 1 && line[1] == ':':
		return p.field(line[0], strings.TrimSpace(line[2:]))
	case !p.inMusic:
		return fmt.Errorf("music before the key (K:)")
	}
	return p.music(line)
}

func (p *parser) field(name byte, value string) error {
	if p.inMusic {
		return p.bodyField(name, value)
	}
	var err error
	switch name {
	case 'X':
		p.tune.Number, err = number(value, 1, 1<<30)
	case 'T':
		p.tune.Title = value
	case 'C':
		p.tune.Composer = value
	case 'B':
		p.tune.Book = value
	case 'G':
		p.tune.Group = value
	case 'O':
		p.tune.Origin = value
	case 'I':
		err = p.instruction(value)
	case 'M':
		p.bar, err = fraction(value)
	case 'L':
		p.unit, err = fraction(value)
	case 'Q':
		p.tune.Tempo, err = tempo(value)
	case 'P':
		if p.order = value; len(value) > maxParts {
			err = fmt.Errorf("more than %d parts", maxParts)
		}
	case 'K':
		p.inMusic = true
		p.key, err = parseKey(value)
	default:
		err = fmt.Errorf("unknown field %c", name)
	}
	return err
}

// bodyField reads the fields that may stand among the music.
func (p *parser) bodyField(name byte, value string) error {
	switch name {
	case 'P':
		if _, twice := p.parts[value]; twice || len(value) != 1 {
			return fmt.Errorf("part %q: want one letter, once", value)
		}
		p.part, p.line = newPart(), nil
		p.parts[value] = p.part
	case 'V':
		p.voice, p.line = value, nil
	default:
		return fmt.Errorf("unknown field %c: in the music", name)
	}
	return nil
}

func (p *parser) instruction(value string) error {
	date, ok := strings.CutPrefix(value, "released ")
	if !ok {
		return fmt.Errorf("unknown instruction %q", value)
	}
	var err error
	p.tune.Released, err = time.Parse(time.DateOnly, date)
	return err
}

func (p *parser) directive(words []string) error {
	if len(words) != 3 || words[0] != "MIDI" {
		return fmt.Errorf("unknown directive")
	}
	var err error
	switch words[1] {
	case "program":
		p.tune.Program, err = number(words[2], 0, 127)
	case "gchord":
		p.gchord, err = parseSteps(words[2])
	default:
		err = fmt.Errorf("unknown directive %q", words[1])
	}
	return err
}

// number reads an integer from low to high.
func number(text string, low, high int) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		return 0, fmt.Errorf("%q: want a number from %d to %d", text, low, high)
	}
	return n, nil
}

// fraction reads a length such as 3/8 and returns it in ticks.
func fraction(text string) (int, error) {
	above, below, _ := strings.Cut(text, "/")
	n, err := number(above, 1, 64)
	if err != nil {
		return 0, err
	}
	d, err := number(below, 1, 64)
	if err != nil {
		return 0, err
	}
	if n*Whole%d != 0 {
		return 0, fmt.Errorf("%q: too fine a length", text)
	}
	return n * Whole / d, nil
}

// tempo reads "1/4=120" and returns quarter notes a minute.
func tempo(text string) (int, error) {
	beat, rate, _ := strings.Cut(text, "=")
	ticks, err := fraction(beat)
	if err != nil {
		return 0, err
	}
	n, err := number(rate, 1, 1000)
	if err != nil {
		return 0, err
	}
	if n*ticks < Whole/4 {
		return 0, fmt.Errorf("%q: slower than a quarter note a minute", text)
	}
	return n * ticks / (Whole / 4), nil
}
