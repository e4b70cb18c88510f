package panics

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

var errKind = errors.New("bad response")

// TestRecover has code panic in several ways, again and again: each is an error of its
// kind, its stack is logged once, and all are counted.
func TestRecover(t *testing.T) {
	var none map[string]int
	var list []int
	for name, read := range map[string]func(){
		"a nil map":   func() { none["x"] = 1 },
		"an index":    func() { list[len(none)]++ },
		"own words":   func() { panic("\x1b[2J" + strings.Repeat("secret", 1000)) },
		"an error":    func() { panic(errors.New("inner")) },
		"a nil panic": func() { panic(nil) },
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			log := slog.New(slog.NewTextHandler(&out, nil))
			before := Count()
			for range 100 {
				err := func() (err error) {
					defer Recover(log, "a listing", errKind, &err)
					read()
					return nil
				}()
				if !errors.Is(err, errKind) || strings.Contains(err.Error(), "secret") {
					t.Fatalf("the error is %v", err)
				}
			}
			if n := Count() - before; n != 100 {
				t.Errorf("%d are counted", n)
			}
			said := out.String()
			if strings.Count(said, "[running") != 1 || strings.Contains(said, "secret") || strings.Count(said, "\n") != 3 || !strings.Contains(said, "count=100") ||
				!strings.Contains(said, "panics_test.go:") || strings.Contains(said, "\x1b") {
				t.Errorf("logged: %s", said)
			}
		})
	}
}

// TestNoPanic leaves errors and results alone where there is no panic.
func TestNoPanic(t *testing.T) {
	want := errors.New("other")
	err := func() (err error) {
		defer Recover(slog.New(slog.DiscardHandler), "a listing", errKind, &err)
		return want
	}()
	if !errors.Is(err, want) {
		t.Error(err)
	}
}

// TestManySites keeps no more counts than there may be.
func TestManySites(t *testing.T) {
	for i := range 10 * maxSites {
		add(strings.Repeat("x", i))
	}
	if n := len(sites.count); n > maxSites {
		t.Errorf("%d places are kept", n)
	}
}
