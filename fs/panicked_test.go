package fs

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/internal/panics"
)

// A panicking library panics in the request that asks why a listing is not newer.
type panicking struct{ *paged }

func (panicking) SearchFailure(string) error { panic("secret") }
func (panicking) ListFailure(string) error   { panic("secret") }

// TestPanickedRequest has requests panic again and again: each is EIO and counted, the
// stack is logged once, and the value, which may quote a server, is not.
func TestPanickedRequest(t *testing.T) {
	w, out := newWorld(t, 1000), new(lockedBuffer)
	w.cfg.Library = panicking{&paged{found: map[string]int64{}}}
	w.cfg.Logger = slog.New(slog.NewTextHandler(out, nil))
	w.mount()
	w.sh(`ls "$M"`)
	const times = 10
	before := panics.Count()
	for range times {
		if got := w.tries(self, "getxattr", "", "user.tunesfs.error"); got != "EIO" {
			t.Errorf("getxattr: %s, want EIO", got)
		}
	}
	w.sh(`ls "$M"`)
	w.unmount()
	if n := panics.Count() - before; n != times {
		t.Errorf("%d are counted, want %d", n, times)
	}
	logged := out.String()
	if strings.Count(logged, "stack=") != 1 || !strings.Contains(logged, "panicked_test.go:") || !strings.Contains(logged, "count=10") || strings.Contains(logged, "secret") {
		t.Errorf("logged: %s", logged)
	}
}
