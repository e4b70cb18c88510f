package upnext

import (
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
)

const (
	mb   = 1_000_000
	long = 4 * time.Minute
)

func TestDecide(t *testing.T) {
	plays := fetch.Use{Read: true, Plays: true, Pace: 17_000, Next: mb}
	hurries := fetch.Use{Read: true, Next: 4 * mb, Ends: true, Quiet: stays}
	playing := Present{Size: 4 * mb, Held: 4 * mb, Duration: long, Use: plays}
	comes := Present{Size: 4 * mb, Held: 3 * mb, Duration: long, Use: plays, Comes: 34_000}
	unseen := Present{Size: 4 * mb, Held: 4 * mb, Duration: long, Whole: true, Open: long / 2}
	for name, c := range map[string]struct {
		from   Present
		change func(*Present)
		want   Amount
	}{
		"it plays, and is complete":         {playing, func(*Present) {}, All},
		"it has read but once":              {playing, func(p *Present) { p.Pace = 0 }, Nothing},
		"twice as fast as it plays":         {playing, func(p *Present) { p.Pace = 33_000 }, All},
		"a copy to a slow disk":             {playing, func(p *Present) { p.Pace = 34_000 }, Nothing},
		"an indexer, a copy":                {playing, func(p *Present) { p.Plays = false }, Nothing},
		"it is paused":                      {playing, func(p *Present) { p.Paused = true }, Nothing},
		"the size is not known":             {playing, func(p *Present) { p.Size = -1 }, Nothing},
		"it is empty":                       {playing, func(p *Present) { p.Size, p.Held = 0, 0 }, Nothing},
		"the duration makes no sense":       {playing, func(p *Present) { p.Duration = -time.Second }, All},
		"a pace that is close to nought":    {playing, func(p *Present) { p.Pace = 0.1 }, All},
		"no duration":                       {playing, func(p *Present) { p.Duration, p.Pace = 0, 200_000 }, All},
		"nor that, and it is fast":          {playing, func(p *Present) { p.Duration, p.Pace = 0, 201_000 }, Nothing},
		"a bit rate":                        {playing, func(p *Present) { p.Duration, p.BitRate, p.Pace = 0, 128_000, 32_000 }, All},
		"that, and it is fast":              {playing, func(p *Present) { p.Duration, p.BitRate, p.Pace = 0, 128_000, 33_000 }, Nothing},
		"most is held":                      {comes, func(*Present) {}, Head},
		"less is held":                      {comes, func(p *Present) { p.Held-- }, Nothing},
		"nothing is held":                   {comes, func(p *Present) { p.Held = 0 }, Nothing},
		"it comes too slowly":               {comes, func(p *Present) { p.Comes = 11_000 }, Nothing},
		"it comes just fast enough":         {comes, func(p *Present) { p.Comes = 12_000 }, Head},
		"most of it is played":              {comes, func(p *Present) { p.Next = 3_100_000 }, Nothing},
		"it does not come":                  {comes, func(p *Present) { p.Comes = 0 }, Nothing},
		"it comes, no duration":             {comes, func(p *Present) { p.Duration = 0 }, Head},
		"slower than it plays, no duration": {comes, func(p *Present) { p.Duration, p.Comes = 0, 11_000 }, Nothing},
		"all was read at once":              {playing, func(p *Present) { p.Use = hurries }, All},
		"all was read, and just now":        {playing, func(p *Present) { p.Use = hurries; p.Quiet-- }, Nothing},
		"much was read at once":             {playing, func(p *Present) { p.Use = hurries; p.Ends = false }, Nothing},
		"no reads are seen":                 {unseen, func(*Present) {}, All},
		"a copy of that":                    {unseen, func(p *Present) { p.Open -= time.Second }, Nothing},
		"no duration, no reads are seen":    {unseen, func(p *Present) { p.Duration, p.Open = 0, 20*time.Second }, All},
		"a copy of that, no duration":       {unseen, func(p *Present) { p.Duration, p.Open = 0, 19*time.Second }, Nothing},
		"a short one":                       {unseen, func(p *Present) { p.Duration, p.Open = time.Second, stays }, All},
		"a copy of a short one":             {unseen, func(p *Present) { p.Duration, p.Open = time.Second, stays-1 }, Nothing},
		"it follows":                        {unseen, func(p *Present) { p.Follows, p.Open = true, stays }, All},
		"it has played what it read":        {playing, func(p *Present) { p.Quiet = 61 * time.Second }, Nothing},
		"it plays what it read":             {playing, func(p *Present) { p.Quiet = 59 * time.Second }, All},
		"it just does":                      {unseen, func(p *Present) { p.Follows, p.Open = true, stays-1 }, Nothing},
		"it follows, and is copied":         {unseen, func(p *Present) { p.Follows, p.Read = true, true }, Nothing},
		"open for long, in parts":           {unseen, func(p *Present) { p.Whole = false }, Nothing},
	} {
		p := c.from
		if c.change(&p); Decide(p) != c.want {
			t.Errorf("%s: %v, want %v", name, Decide(p), c.want)
		}
	}
}

// TestAgain looks again when time alone may have changed the decision, and not too often.
func TestAgain(t *testing.T) {
	for name, c := range map[string]struct {
		p    Present
		want time.Duration
	}{
		"nothing was read":          {Present{Size: mb}, lookEvery},
		"it plays":                  {Present{Size: mb, Use: fetch.Use{Read: true, Plays: true}}, lookEvery},
		"all was read":              {Present{Size: mb, Use: fetch.Use{Read: true, Ends: true, Quiet: time.Second}}, stays - time.Second},
		"all was read long ago":     {Present{Size: mb, Use: fetch.Use{Read: true, Ends: true, Quiet: time.Hour}}, lookEvery},
		"all but just":              {Present{Size: mb, Use: fetch.Use{Read: true, Ends: true, Quiet: stays - 1}}, lookAgain},
		"a short one is unseen":     {Present{Size: mb, Whole: true, Duration: 12 * time.Second, Open: 3 * time.Second}, 3 * time.Second},
		"a long one is unseen":      {Present{Size: mb, Whole: true, Duration: time.Hour}, lookEvery},
		"no duration, and unseen":   {Present{Size: mb, Whole: true, Open: 3 * time.Second}, 2 * time.Second},
		"unseen, and open for long": {Present{Size: mb, Whole: true, Open: time.Hour}, lookEvery},
	} {
		if got := Again(c.p); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestGauge measures how fast bytes come.
func TestGauge(t *testing.T) {
	var g gauge
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i, c := range []struct {
		after time.Duration
		held  int64
		want  float64
	}{
		{0, 5 * mb, 0}, {time.Second, 6 * mb, 0},
		{2 * time.Second, 7 * mb, mb}, {3 * time.Second, 9 * mb, 4 * mb / 3.0},
		{5 * time.Second, 9 * mb, 2 * mb / 3.0}, {6 * time.Second, 9 * mb, mb / 2.0}, {60 * time.Second, 10 * mb, mb / 55.0},
		{61 * time.Second, 0, 0}, // it was dropped
	} {
		if got := g.note(c.held, start.Add(c.after)); got < c.want*0.999 || got > c.want*1.001 {
			t.Errorf("%d: %.0f bytes a second, want %.0f", i, got, c.want)
		}
	}
}

func TestAfter(t *testing.T) {
	abba := []Track{{"1", "Waterloo"}, {"2", "Dancing Queen"}, {"3", "SOS"}, {"4", "Fernando"}} // by name: 2, 4, 3, 1
	hits := []Track{{"9", "Angeleyes"}, {"3", "SOS"}, {"1", "Waterloo"}, {"2", "Mamma Mia"}}    // by name: 9, 2, 3, 1
	for _, c := range []struct {
		folders               [][]Track
		before, present, want string
	}{
		{[][]Track{abba}, "", "1", "2"}, {[][]Track{abba}, "", "2", "3"}, {[][]Track{abba}, "", "4", ""}, // in the folder's order
		{[][]Track{abba}, "1", "2", "3"}, {[][]Track{abba}, "2", "3", "4"}, {[][]Track{abba}, "3", "4", ""}, // by that
		{[][]Track{abba}, "2", "4", "3"}, {[][]Track{abba}, "4", "3", "1"}, {[][]Track{abba}, "3", "1", ""}, // by name
		{[][]Track{abba}, "4", "1", "2"}, {[][]Track{abba}, "gone", "1", "2"}, // neither
		{[][]Track{abba}, "1", "1", "2"}, {[][]Track{abba}, "1", "gone", ""}, {[][]Track{abba}, "", "", ""},
		{[][]Track{abba, hits}, "", "1", "2"}, {[][]Track{abba, hits}, "9", "3", "1"}, {[][]Track{hits, abba}, "2", "3", "1"},
		{[][]Track{abba, hits}, "1", "2", "3"}, {[][]Track{hits, abba}, "1", "2", ""}, {[][]Track{hits, abba}, "2", "4", "3"},
		{[][]Track{nil, abba}, "1", "2", "3"}, {[][]Track{nil, nil}, "1", "2", ""}, {nil, "1", "2", ""},
	} {
		next, in, ok := After(c.folders, c.before, c.present)
		if next.ID != c.want || ok != (c.want != "") || ok && index(c.folders[in], next.ID) < 0 {
			t.Errorf("after %q and %q: %v of %d, %v; want %q", c.before, c.present, next, in, ok, c.want)
		}
	}
}
