package fs

import (
	"bytes"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/waiting"
)

// A lineWatch is a log that tells of the lines with a text.
type lineWatch struct {
	text  string
	lines chan string
}

func (l *lineWatch) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte(l.text)) {
		l.lines <- string(line)
	}
	return len(line), nil
}

// TestLogOfWhoWaits has a program wait for the server for so long that it counts as long,
// and pauses the track then: the log says who waits, once.
func TestLogOfWhoWaits(t *testing.T) {
	need(t, "setfattr")
	watch := &lineWatch{"a program waits", make(chan string, 10)}
	w, _ := held(t, 2_000_000)
	w.unmount()
	w.cfg.Logger = slog.New(slog.NewTextHandler(watch, nil))
	w.mount()
	reader := w.start(sos + `cat "$S" >/dev/null`)
	w.await(3, fetch.Downloading)
	// Longer than it takes to count as long, which is in the program's own time.
	w.sh(sos + `sleep 3.5; setfattr -n user.tunesfs.control -v pause "$S"`)
	select {
	case line := <-watch.lines:
		if !strings.Contains(line, "cat (") {
			t.Errorf("logged is %s", line)
		}
	case <-w.ctx().Done():
		t.Error("nothing is logged")
	}
	d := w.store.Download(fetch.Remote{Key: "3", Size: -1})
	var done atomic.Bool
	w.fs.logPaused(w.store.Download(fetch.Remote{Key: "2", Size: -1}), waiting.Program{PID: 7}, &done) // which is idle
	for range 2 {
		w.fs.logPaused(d, waiting.Program{PID: 8}, &done)
	}
	if line := <-watch.lines; !strings.Contains(line, "process 8") || len(watch.lines) > 0 {
		t.Errorf("logged is %s and %d lines more", line, len(watch.lines))
	}
	w.sh(sos + `setfattr -n user.tunesfs.control -v cancel "$S"`)
	reader()
}
