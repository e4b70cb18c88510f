package demo

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestLibrary(t *testing.T) {
	l, err := loadLibrary(-1)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int]string{}
	for _, tune := range l.tunes {
		if other, twice := seen[tune.Number]; twice {
			t.Errorf("%s and %s have one number", tune.slug, other)
		}
		seen[tune.Number] = tune.slug
		if tune.Title == "" || tune.Composer == "" || tune.Book == "" || tune.Group == "" || tune.Origin == "" || tune.Released.IsZero() {
			t.Errorf("%s lacks a field: %+v", tune.slug, *tune.Tune)
		}
		if d := tune.duration(); d < 30*time.Second || d > time.Minute {
			t.Errorf("%s lasts %v", tune.slug, d)
		}
		if strings.ContainsAny(tune.slug, " /%") || l.bySlug(tune.slug) != tune || l.byID(tune.Number) != tune {
			t.Errorf("%s is not found by its names", tune.slug)
		}
	}
}

// TestRecordingIsMadeOnce: whoever comes while a tune is being played waits for
// the same recording.
func TestRecordingIsMadeOnce(t *testing.T) {
	l, err := loadLibrary(-1)
	if err != nil {
		t.Fatal(err)
	}
	tune := l.bySlug("amazing-grace")
	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, err := l.recording(gone, t.Context(), tune); !errors.Is(err, context.Canceled) {
		t.Errorf("for one who has gone: %v", err)
	}
	if _, err := l.recording(t.Context(), gone, tune); !errors.Is(err, context.Canceled) {
		t.Errorf("from a server that ends: %v", err)
	}
	var listeners sync.WaitGroup
	got := make([][]byte, 4)
	for i := range got {
		listeners.Go(func() {
			var err error
			if got[i], err = l.recording(t.Context(), t.Context(), tune); err != nil {
				t.Error(err)
			}
		})
	}
	listeners.Wait()
	for _, wav := range got {
		if len(wav) == 0 || &wav[0] != &got[0][0] {
			t.Error("a second recording")
		}
	}
}
