//go:build linux

package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/cachedir"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A pause is proven where the bytes come from: none moves, and what is held is
// never sent again.
func TestPauseAtTheOrigin(t *testing.T) {
	t.Parallel()
	needTools(t, "setfattr", "getfattr")
	for _, tt := range []struct{ name, pause, resume, connections string }{
		{"attribute", `setfattr -n user.tunesfs.control -v pause "$F"`, `setfattr -n user.tunesfs.control -v resume "$F"`, "1"},
		{"touch", `touch "$F.pause"`, `touch "$F.resume"`, "1"},
		{"echo", `echo >"$F.pause"`, `echo >"$F.resume"`, "1"},
		{"several connections", `touch "$F.pause"`, `touch "$F.resume"`, "8"},
		{"command", `tunesfs pause "$F"`, `tunesfs resume "$F"`, "8"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			content := fetchtest.Random(1, 9<<20)
			s, r := newSession(t), newRemote(t, content)
			r.SetLink(fetchtest.Link{ConnRate: 3_000_000, TotalRate: 6_000_000, RTT: 5 * time.Millisecond})
			s.mount(r.source, "--connections", tt.connections)
			s.env = append(s.env, "F="+s.path(0))
			s.sh(`setfattr -n user.tunesfs.control -v start "$F"`)
			s.must(r.WaitSent(s.ctx(), 3_000_000))
			r.SetLink(fetchtest.Link{TotalRate: 300_000}) // there is to be something to pause, however long that takes

			s.sh(tt.pause)
			paused := r.Stats().Sent
			s.standsStill(r)
			if more := r.Stats().Sent - paused; more > 1<<20 {
				t.Errorf("%d bytes were sent after the pause", more)
			}
			s.expect(`getfattr --absolute-names -n user.tunesfs.state --only-values "$F"`, "paused")
			held := s.held()
			s.expect(`getfattr --absolute-names -n user.tunesfs.downloaded --only-values "$F"`, strconv.FormatInt(held.Len(), 10))

			before := len(r.Requests())
			r.SetLink(fetchtest.Link{})
			s.sh(tt.resume)
			s.copies(0, content)
			s.checkResumed(r, r.Requests()[before:], held)
		})
	}
}

// standsStill waits for what was on its way to the origin when a pause returned, and
// checks that nothing follows.
func (s *session) standsStill(r *remote) {
	s.t.Helper()
	began := time.Now()
	for still := r.Stats(); ; {
		time.Sleep(300 * time.Millisecond)
		now := r.Stats()
		if now == still && now.Active == 0 {
			return
		}
		if time.Since(began) > endTime {
			s.t.Fatalf("after pause: %+v, then %+v", still, now)
		}
		still = now
	}
}

// checkResumed checks the requests that followed a pause in which some bytes
// were held: they are for the rest, from the first missing byte on.
func (s *session) checkResumed(r *remote, requests []fetchtest.Request, held ranges.Set) {
	s.t.Helper()
	size := r.Content(fileName(0)).Size()
	if len(requests) == 0 {
		s.t.Fatal("nothing was asked for")
	}
	first, sent := requests[0].From, int64(0)
	for _, q := range requests {
		first = min(first, q.From)
		sent += q.Sent
		if q.IfRange != r.File(fileName(0)).ETag {
			s.t.Errorf("range %s with If-Range %q", q.Range, q.IfRange)
		}
		for _, again := range held {
			if q.From < again.End && again.Start < q.From+q.Sent {
				s.t.Errorf("[%d,%d) was sent, of which %v is held", q.From, q.From+q.Sent, again)
			}
		}
	}
	if want := held.Missing(ranges.Range{Start: 0, End: size})[0].Start; first != want {
		s.t.Errorf("the first byte asked for is %d, the first missing %d", first, want)
	}
	if len(requests) == 1 && sent != size-held.Len() {
		s.t.Errorf("%d bytes sent for the %d that were missing", sent, size-held.Len())
	}
}

// A cancel ends those who wait, and leaves no byte on disk.
func TestCancelWhileReading(t *testing.T) {
	needTools(t, "setfattr", "getfattr")
	for _, cancel := range []string{`setfattr -n user.tunesfs.control -v cancel "$F"`, `echo >"$F.cancel"`, `touch "$F.cancel"`, `tunesfs cancel "$F"`} {
		t.Run(cancel, func(t *testing.T) {
			t.Parallel()
			content := fetchtest.Random(2, 4<<20)
			s, r := newSession(t), newRemote(t, content)
			r.Fault(fetchtest.Always, fetchtest.StallAt(1<<20))
			s.mount(r.source)
			s.env = append(s.env, "F="+s.path(0))
			reader := s.start("cat", s.path(0))
			s.must(r.WaitSent(s.ctx(), 1<<20))
			s.sh(cancel)
			if code := reader.wait(endTime); code != 1 || reader.errs.String() != "cat: '"+s.path(0)+"': Operation canceled\n" {
				t.Errorf("the reader ended with code %d: %s", code, &reader.errs)
			}
			if err := fetchtest.Check(content, 0, []byte(reader.out.String())); err != nil {
				t.Error(err)
			}
			if left := s.kept(".data"); len(left) > 0 {
				t.Errorf("left on disk: %v", left)
			}
			s.expect(`getfattr --absolute-names -n user.tunesfs.state --only-values "$F"; getfattr --absolute-names -n user.tunesfs.downloaded --only-values "$F"`, "idle0")
			r.Heal()
			s.copies(0, content)
		})
	}
}

// path is where track n is shown.
func (s *session) path(n int) string { return filepath.Join(s.mnt, query, trackName(n)) }

// expand puts a script's variables into a text.
func (s *session) expand(text string) string {
	return os.Expand(text, func(name string) string {
		for _, pair := range s.env {
			if value, ok := strings.CutPrefix(pair, name+"="); ok {
				return value
			}
		}
		return ""
	})
}

// copies checks that track n can be copied, byte for byte.
func (s *session) copies(n int, content fetchtest.Content) {
	s.t.Helper()
	s.shows(s.path(n), content)
}

// shows reads a file of the mount and compares it with what it must hold.
func (s *session) shows(path string, content fetchtest.Content) {
	s.t.Helper()
	reader := s.command("cat", path)
	reader.Stderr = os.Stderr
	out, err := reader.StdoutPipe()
	s.must(err)
	s.must(reader.Start())
	if err := fetchtest.CheckReader(content, out); err != nil {
		s.t.Error(err)
	}
	s.must(reader.Wait())
}

// kept returns the files of the cache whose names end in suffix.
func (s *session) kept(suffix string) []string {
	s.t.Helper()
	var found []string
	s.must(filepath.WalkDir(s.cache(), func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() && strings.HasSuffix(path, suffix) && filepath.Base(filepath.Dir(path)) != cachedir.ListingsName {
			found = append(found, path)
		}
		return err
	}))
	return found
}

// held returns what the only record on disk says is held.
func (s *session) held() ranges.Set {
	s.t.Helper()
	for _, path := range s.kept(".json") {
		text, err := os.ReadFile(path)
		s.must(err)
		var file struct {
			Record struct{ Held ranges.Set }
		}
		s.must(json.Unmarshal(text, &file))
		if file.Record.Held != nil {
			return file.Record.Held
		}
	}
	s.t.Fatal("nothing is recorded")
	return nil
}
