package abc

import (
	"cmp"
	"fmt"
	"slices"
)

// perform lays the parts out in the order of play.
func (p *parser) perform() error {
	for name, part := range p.parts {
		if err := part.check(p.bar); err != nil {
			return fmt.Errorf("part %q: %w", name, err)
		}
	}
	var sounding chord
	for _, name := range p.playOrder() {
		part := p.parts[name]
		if part == nil {
			return fmt.Errorf("part %q is played and not written", name)
		}
		p.playVoices(part)
		sounding = p.playChords(part, sounding)
		p.tune.Length += part.length()
		if len(p.tune.Notes) > maxNotes {
			return fmt.Errorf("more than %d notes", maxNotes)
		}
	}
	if len(p.tune.Notes) == 0 {
		return fmt.Errorf("no notes")
	}
	slices.SortStableFunc(p.tune.Notes, func(a, b Note) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Key, b.Key))
	})
	return nil
}

func (p *parser) playOrder() []string {
	if p.order == "" {
		return []string{""}
	}
	names := make([]string, len(p.order))
	for i := range names {
		names[i] = p.order[i : i+1]
	}
	return names
}

func (p *parser) playVoices(part *part) {
	for i, l := range part.lines {
		velocity := velocityTune
		if i > 0 {
			velocity = velocityVoice
		}
		for _, n := range l.notes {
			n.Start += p.tune.Length
			n.Velocity += velocity
			p.tune.Notes = append(p.tune.Notes, n)
		}
	}
}

// playChords plays a part's chord symbols by the pattern, bar by bar, and
// returns the chord that goes on into the next part.
func (p *parser) playChords(part *part, sounding chord) chord {
	if len(part.lines) == 0 {
		return sounding
	}
	units := 0
	for _, st := range p.gchord {
		units += st.length
	}
	lead, start := part.lines[0], 0
	for i, end := range lead.bars {
		if len(p.tune.Notes) > maxNotes {
			break
		}
		at := start
		if i == 0 { // an upbeat is the end of a bar
			at = min(at, end-p.bar)
		}
		for _, st := range p.gchord {
			length := max(1, st.length*p.bar/units)
			if at >= start && at < end {
				p.playStep(st, at, length, lead.chordIn(at, sounding))
			}
			at += length
		}
		start = end
	}
	return lead.chordIn(lead.now, sounding)
}

func (p *parser) playStep(st step, at, length int, c chord) {
	for _, n := range st.play(c) {
		n.Start, n.Length = p.tune.Length+at, length
		p.tune.Notes = append(p.tune.Notes, n)
	}
}

// chordIn returns the chord in force at a tick; before the first it is carried.
func (l *line) chordIn(at int, carried chord) chord {
	for _, c := range l.chords {
		if c.at > at {
			break
		}
		carried = c.chord
	}
	return carried
}

func (p *part) length() int {
	if len(p.lines) == 0 {
		return 0
	}
	return p.lines[0].now
}

// check finds slips of the pen: voices of different lengths, bars too short or
// too long. The first and the last bar of a part may be short.
func (p *part) check(full int) error {
	for _, l := range p.lines {
		switch {
		case l.barStart != l.now:
			return fmt.Errorf("no bar line at the end")
		case l.tied || l.halved:
			return fmt.Errorf("ends within a tie or a broken rhythm")
		case l.now != p.length():
			return fmt.Errorf("voices last %d and %d ticks", p.length(), l.now)
		}
		start := 0
		for i, end := range l.bars {
			edge := i == 0 || i == len(l.bars)-1
			if length := end - start; length > full || length < full && !edge {
				return fmt.Errorf("bar %d lasts %d ticks of %d", i+1, length, full)
			}
			start = end
		}
	}
	return nil
}
