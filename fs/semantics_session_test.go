package fs

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// A transcript is a session that is being tried.
type transcript struct {
	*world
	shell *shell
	gate  chan struct{} // closed when the server lets go
}

// directions are what happens in a session where no shell reaches.
var directions = map[string]func(s *transcript){
	"unmount, and mount again": func(s *transcript) {
		s.unmount()
		s.mount()
	},
	"the catalog is out of service":  func(s *transcript) { s.service.fail("abba", 503) },
	"the catalog is back in service": func(s *transcript) { s.service.fail("abba", 0) },
	"the server keeps back all but the first 300 kB of each track": func(s *transcript) {
		s.origin.Fault(fetchtest.Always, holdFrom(s.gate))
	},
	"the server lets go": func(s *transcript) {
		s.origin.Heal()
		close(s.gate)
	},
	"the server lets go, and sends a page in place of the next track": func(s *transcript) {
		s.origin.Heal()
		s.origin.Fault(fetchtest.Next(1), fetchtest.Page(200, "<html>sorry</html>"))
		s.origin.Drop()
		close(s.gate)
	},
	"the server lets go, and sends another ETag each time": func(s *transcript) {
		s.origin.Heal()
		s.origin.Fault(fetchtest.Always, anotherTag())
		s.origin.Drop()
		close(s.gate)
	},
	"the server does not have the tracks": func(s *transcript) { s.origin.Fault(fetchtest.Always, fetchtest.Status(404)) },
	"the server has them again":           func(s *transcript) { s.origin.Heal() },
	"the server does not tell sizes": func(s *transcript) {
		s.addFile(fetchtest.File{Name: "SOS.m4a", Content: s.origin.Content("SOS.m4a"), NoLength: true, NoRanges: true})
	},
	"SOS becomes another file on the server, of 1.5 MB": func(s *transcript) {
		s.origin.Replace("SOS.m4a", fetchtest.Random(99, 1_500_000))
		s.origin.Drop()
	},
	"until 300 kB of SOS have come": func(s *transcript) {
		s.expect(sos+`head -c 300000 "$S" | wc -c`, "300000")
	},
	"until SOS is idle":        func(s *transcript) { s.await(3, fetch.Idle) },
	"until SOS is downloading": func(s *transcript) { s.await(3, fetch.Downloading) },
	"until SOS is complete":    func(s *transcript) { s.await(3, fetch.Complete) },
}

// testSession types a session into a shell, line by line.
func testSession(t *testing.T, b block) {
	s := newTranscript(t)
	for i := 0; i < len(b.lines); {
		at := b.line + i
		line := b.lines[i]
		i++
		if words, ok := strings.CutPrefix(line, "# "); ok {
			s.direct(at, words)
			continue
		}
		command, ok := strings.CutPrefix(line, "$ ")
		if !ok {
			t.Fatalf("semantics.md:%d: neither a command nor a direction", at)
		}
		start := i
		for i < len(b.lines) && !strings.HasPrefix(b.lines[i], "$ ") && !strings.HasPrefix(b.lines[i], "# ") {
			i++
		}
		want := strings.Join(b.lines[start:i], "\n")
		if got := s.shell.types(command); !printed(want, got) {
			t.Fatalf("semantics.md:%d: %s\nprints\n%s\nwant\n%s", at, command, got, want)
		}
	}
}

func newTranscript(t *testing.T) *transcript {
	w := mounted(t, trialSize)
	w.service.respond("also", w.song(3, "SOS"))
	beside := filepath.Dir(w.mnt)
	save(t, filepath.Join(beside, "sos.m4a"), w.origin.Content("SOS.m4a"))
	w.must(os.Symlink(w.cache, filepath.Join(beside, "cache")))
	return &transcript{w, newShell(w), make(chan struct{})}
}

func (s *transcript) direct(line int, words string) {
	s.t.Helper()
	do, ok := directions[words]
	if !ok {
		s.t.Fatalf("semantics.md:%d: nobody knows how: %s", line, words)
	}
	do(s)
}

// printed reports whether got is what the document says, in which three dots
// stand for anything.
func printed(want, got string) bool {
	pattern := strings.ReplaceAll(regexp.QuoteMeta(want), `\.\.\.`, `.*`)
	return regexp.MustCompile(`^(?s:` + pattern + `)$`).MatchString(got)
}

// anotherTag has every response have an ETag of its own.
func anotherTag() fetchtest.Fault {
	var n atomic.Int64
	return func(resp *fetchtest.Response) { fetchtest.ETag(fmt.Sprintf(`"%d"`, n.Add(1)))(resp) }
}
