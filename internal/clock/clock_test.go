package clock

import (
	"testing"
	"time"
)

// jump is how far the clocks of these tests are wrong, both ways.
const jump = 10 * 365 * 24 * time.Hour

func TestPast(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, test := range map[string]struct{ t, want time.Time }{
		"earlier":        {now.Add(-time.Second), now.Add(-time.Second)},
		"now":            {now, now},
		"ten years ago":  {now.Add(-jump), now.Add(-jump)},
		"in ten years":   {now.Add(jump), now},
		"in a moment":    {now.Add(1), now},
		"no time at all": {time.Time{}, time.Time{}},
	} {
		if got := Past(test.t, now); !got.Equal(test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestSteady(t *testing.T) {
	now := time.Now()
	for name, test := range map[string]struct{ t, want time.Time }{
		"earlier":       {now.Add(-time.Hour).Round(0), now.Add(-time.Hour)},
		"ten years ago": {now.Add(-jump).Round(0), now.Add(-jump)},
		"in ten years":  {now.Add(jump).Round(0), now},
	} {
		got := Steady(test.t, now)
		if !got.Equal(test.want) || got == got.Round(0) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
	if got := Steady(time.Time{}, now); !got.IsZero() {
		t.Errorf("no time: %v", got)
	}
}
