package upnext

import (
	"testing"
	"time"
)

func TestDecide(t *testing.T) {
	const size = 4_000_000
	playing := Present{Size: size, Held: size, Complete: true, Duration: 4 * time.Minute, Plays: true, Pace: 17_000}
	for name, c := range map[string]struct {
		change func(*Present)
		want   Amount
	}{
		"it plays, and is complete":      {func(*Present) {}, All},
		"its pace is not known":          {func(p *Present) { p.Pace = 0 }, All},
		"twice as fast as it plays":      {func(p *Present) { p.Pace = 33_000 }, All},
		"a copy to a slow disk":          {func(p *Present) { p.Pace = 34_000 }, Nothing},
		"an indexer, a copy":             {func(p *Present) { p.Plays = false }, Nothing},
		"most is held":                   {func(p *Present) { p.Held, p.Complete = size*3/4, false }, Head},
		"all is held, but not complete":  {func(p *Present) { p.Complete = false }, Head},
		"less is held":                   {func(p *Present) { p.Held, p.Complete = size*3/4-1, false }, Nothing},
		"nothing is held":                {func(p *Present) { p.Held, p.Complete = 0, false }, Nothing},
		"the size is not known":          {func(p *Present) { p.Size, p.Complete = -1, false }, Nothing},
		"it is empty":                    {func(p *Present) { p.Size, p.Held = 0, 0 }, Nothing},
		"the duration is not known":      {func(p *Present) { p.Duration, p.Pace = 0, 500_000 }, All},
		"nor that, and it is fast":       {func(p *Present) { p.Duration, p.Pace = 0, 5_000_000 }, Nothing},
		"the duration makes no sense":    {func(p *Present) { p.Duration = -time.Second }, All},
		"a pace that is close to nought": {func(p *Present) { p.Pace = 0.1 }, All},
	} {
		p := playing
		if c.change(&p); Decide(p) != c.want {
			t.Errorf("%s: %v, want %v", name, Decide(p), c.want)
		}
	}
}

func TestAfter(t *testing.T) {
	folder := []Track{{"1", "Waterloo"}, {"2", "Dancing Queen"}, {"3", "SOS"}, {"4", "Fernando"}} // by name: 2, 4, 3, 1
	for _, c := range []struct{ before, present, want string }{
		{"", "1", "2"}, {"", "2", "3"}, {"", "4", ""}, // in the folder's order, with nothing before
		{"1", "2", "3"}, {"2", "3", "4"}, {"3", "4", ""}, // by that
		{"2", "4", "3"}, {"4", "3", "1"}, {"3", "1", ""}, // by name
		{"4", "1", "2"}, {"gone", "1", "2"}, // neither
		{"1", "1", "2"}, {"1", "gone", ""}, {"", "", ""},
	} {
		next, ok := After(folder, c.before, c.present)
		if next.ID != c.want || ok != (c.want != "") {
			t.Errorf("after %q and %q: %v, %v; want %q", c.before, c.present, next, ok, c.want)
		}
	}
	if _, ok := After(nil, "1", "2"); ok {
		t.Error("an empty folder has a next")
	}
}
