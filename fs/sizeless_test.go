package fs

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// A size that does not come, or cannot be had, does not keep those of the other
// tracks from being asked for.
func TestFirstSizeHoldsBackNoOther(t *testing.T) {
	gate := make(chan struct{})
	for what, fault := range map[string]fetchtest.Fault{
		"hangs":      fetchtest.HoldAt(fetchtest.BeforeHead, gate),
		"is refused": fetchtest.Status(http.StatusUnprocessableEntity),
	} {
		t.Run(what, func(t *testing.T) {
			w := many(t, fetchtest.File{})
			w.origin.Fault(fetchtest.Of("song 00.m4a"), fault)
			asking := w.start(`ls "$M/many" >/dev/null; stat "$M/many/ABBA - song 00.m4a" >/dev/null 2>&1 || true`)
			w.must(w.origin.WaitRequests(w.ctx(), manySongs))
			for n := range manySongs {
				name := w.origin.Requests()[n].File
				if n == 0 != (name == "song 00.m4a") {
					t.Errorf("request %d is for %s", n, name)
				}
			}
			if what == "hangs" {
				close(gate)
			}
			asking()
		})
	}
}

// Why a size cannot be had is logged once, and can be read without asking for
// the size.
func TestWhyThereIsNoSize(t *testing.T) {
	need(t, "python3")
	w := newWorld(t, 1000)
	var log lockedBuffer
	w.cfg.Logger = slog.New(slog.NewTextHandler(io.MultiWriter(testLog{t}, &log), &slog.HandlerOptions{Level: slog.LevelWarn}))
	w.origin.Fault(fetchtest.Of("SOS.m4a"), fetchtest.Status(http.StatusBadRequest))
	w.mount()
	w.abba()
	w.expect(sos+`cat "$S.progress"`, "Zero KB of unknown size")
	for range 2 {
		w.expect(sos+`stat -c %s "$S"`, "0")
		w.fails(sos+`cat "$S"`, "Input/output error")
	}
	w.expect(sos+`cat "$S.progress" | sed 's/error: .*HTTP 400.*/error: WHY/'`, "Zero KB of unknown size\nerror: WHY")
	w.expect(sos+`python3 -c 'import os, sys; print(b"HTTP 400" in os.getxattr(sys.argv[1], "user.tunesfs.error"))' "$S"`, "True")
	w.expect(sos+`test $(stat -c %s "$S.progress") = $(wc -c <"$S.progress") && echo ok`, "ok")
	w.unmount()
	if got := log.String(); strings.Count(got, "cannot learn a size") != 1 || !strings.Contains(got, "id=3") || strings.Contains(got, "http://") {
		t.Errorf("logged:\n%s", got)
	}
}

// A lockedBuffer can be written to from anywhere.
type lockedBuffer struct {
	mu  sync.Mutex // guards buf
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// await waits until a text is logged.
func (b *lockedBuffer) await(t *testing.T, text string) {
	t.Helper()
	for until := time.Now().Add(testTimeout); !strings.Contains(b.String(), text); time.Sleep(time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("%q is not logged", text)
		}
	}
}
