package abc

import "fmt"

// A part is a stretch of music, with a line for each of its voices.
type part struct {
	lines  []*line
	voices map[string]*line
}

// A line is what one voice plays in one part.
type line struct {
	notes    []Note
	chords   []chordAt
	bars     []int // where each bar ends, in ticks
	now      int   // ticks from the start of the part
	barStart int
	altered  map[int]int // accidentals of this bar, by natural key

	last   int  // length of the last note or rest, 0 at the start
	tied   bool // the next note goes on with the last
	halved bool // the next note is the short one of a>b
}

// A chordAt is a chord symbol and where it stands.
type chordAt struct {
	at    int // ticks from the start of the part
	chord chord
}

func newPart() *part { return &part{voices: map[string]*line{}} }

func (p *part) voice(name string) *line {
	l := p.voices[name]
	if l == nil {
		l = &line{altered: map[int]int{}}
		p.voices[name] = l
		p.lines = append(p.lines, l)
	}
	return l
}

// add appends notes that sound together; none is a rest.
func (l *line) add(length int, keys ...int) error {
	if l.halved {
		if length%2 != 0 {
			return fmt.Errorf("too short a note after >")
		}
		length /= 2
	}
	for _, key := range keys {
		if err := l.sound(key, length); err != nil {
			return err
		}
	}
	if l.tied && len(keys) == 0 {
		return fmt.Errorf("tie to a rest")
	}
	l.now += length
	l.last, l.tied, l.halved = length, false, false
	if len(l.notes) > maxNotes || l.now > maxWhole*Whole {
		return fmt.Errorf("too long a part")
	}
	return nil
}

// sound appends one note or, after a tie, makes the last one longer.
func (l *line) sound(key, length int) error {
	if !l.tied {
		l.notes = append(l.notes, Note{Start: l.now, Length: length, Key: key})
		return nil
	}
	for i := len(l.notes) - 1; i >= 0; i-- {
		if n := &l.notes[i]; n.Key == key && n.Start+n.Length == l.now {
			n.Length += length
			return nil
		}
	}
	return fmt.Errorf("tie to another note")
}

func (l *line) tie() error {
	if l.last == 0 {
		return fmt.Errorf("tie without a note")
	}
	l.tied = true
	return nil
}

// lengthen is the > of a>b: the note before it by a half, the next one halved.
func (l *line) lengthen() error {
	if l.last == 0 || l.last%2 != 0 {
		return fmt.Errorf("nothing before > that could be lengthened")
	}
	for i := range l.notes {
		if n := &l.notes[i]; n.Start+n.Length == l.now {
			n.Length += l.last / 2
		}
	}
	l.now += l.last / 2
	l.last, l.halved = 0, true
	return nil
}

// endBar ends a bar and accents its first beat, unless it is an upbeat.
func (l *line) endBar(full int) {
	if l.now == l.barStart {
		return // a double bar line, or one at the start
	}
	for i := len(l.notes) - 1; i >= 0 && l.notes[i].Start >= l.barStart; i-- {
		if l.notes[i].Start == l.barStart && l.now-l.barStart == full {
			l.notes[i].Velocity = velocityAccent
		}
	}
	l.barStart = l.now
	l.bars = append(l.bars, l.now)
	clear(l.altered)
}
