package fetch

import (
	"errors"
	"testing"
)

// TestNext holds the whole table of states: every state with every event.
func TestNext(t *testing.T) {
	states := []State{Idle, Queued, Downloading, Paused, Failed, Complete}
	const D = Downloading
	want := map[event][]State{ // in the order of states
		evStart:     {D, D, D, D, D, Complete},
		evPause:     {Idle, Paused, Paused, Paused, Paused, Complete},
		evResume:    {Idle, D, D, D, D, Complete},
		evCancel:    {Idle, Idle, Idle, Idle, Idle, Complete},
		evEvict:     {Idle, D, D, Idle, Idle, Idle},
		evEvictOpen: {Idle, D, D, Idle, Idle, Complete},
		evMeant:     {D, D, D, Paused, Failed, Complete},
		evUndone:    {Idle, Idle, Idle, Idle, Idle, Complete},
		evRetry:     {Idle, D, D, Paused, D, Complete},
		evDone:      {Complete, Complete, Complete, Complete, Complete, Complete},
		evFail:      {Idle, Failed, Failed, Paused, Failed, Complete},
		evChanged:   {Idle, D, D, Paused, Failed, Idle},
	}
	busy := map[event][]State{
		evEvict:     {Queued, Downloading},
		evEvictOpen: {Queued, Downloading, Complete},
	}
	for e := range events {
		for i, s := range states {
			got, err := next(s, e)
			if got != want[e][i] {
				t.Errorf("next(%v, %d) = %v, want %v", s, e, got, want[e][i])
			}
			refused := false
			for _, b := range busy[e] {
				refused = refused || b == s
			}
			if errors.Is(err, ErrBusy) != refused {
				t.Errorf("next(%v, %d) fails with %v, want busy %v", s, e, err, refused)
			}
		}
	}
}

func TestDiscards(t *testing.T) {
	for e := range events {
		for _, s := range []State{Idle, Downloading, Paused, Failed, Complete} {
			want := e == evEvict || e == evEvictOpen || e == evChanged || (e == evCancel && s != Complete)
			if got := discards(s, e); got != want {
				t.Errorf("drops(%v, %d) = %v, want %v", s, e, got, want)
			}
		}
	}
}

func TestParseCommand(t *testing.T) {
	for _, c := range []Command{Start, Pause, Resume, Cancel, Evict} {
		if got, err := ParseCommand(c.String()); got != c || err != nil {
			t.Errorf("ParseCommand(%q) = %v, %v", c, got, err)
		}
	}
	for _, bad := range []string{"", "Pause", "pause ", "stop", "\x00"} {
		if _, err := ParseCommand(bad); !errors.Is(err, ErrUnknownCommand) {
			t.Errorf("ParseCommand(%q): %v", bad, err)
		}
	}
}
