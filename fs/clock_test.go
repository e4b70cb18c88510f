package fs

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// jump is how far the clock of these tests is wrong, both ways.
const jump = 10 * 365 * 24 * time.Hour

// TestClockWasWrong mounts a catalog whose stored listing was fetched by a clock ten
// years ahead, or behind: a refresh shows what the catalog has now.
func TestClockWasWrong(t *testing.T) {
	need(t, "setfattr")
	for name, by := range map[string]time.Duration{"ahead": jump, "behind": -jump} {
		t.Run(name, func(t *testing.T) {
			w := mounted(t, 1000)
			w.abba()
			w.unmount()
			w.listedAt("search abba", time.Now().Add(by))
			w.service.respond("abba", w.song(4, "Chiquitita"))
			w.mount()
			w.expect(`ls "$A" >/dev/null; setfattr -n user.tunesfs.control -v refresh "$A"; ls "$A"`,
				"ABBA - Chiquitita.m4a")
		})
	}
}

// listedAt has the stored listing of a search look as if it was fetched at a time.
func (w *world) listedAt(listed string, at time.Time) {
	w.t.Helper()
	files, err := filepath.Glob(filepath.Join(w.cfg.StateDir, "listings", "*"))
	w.must(err)
	for _, path := range files {
		data, err := os.ReadFile(path)
		w.must(err)
		_, body, _ := strings.Cut(string(data), "\n")
		var record struct {
			Listing map[string]any    `json:"listing"`
			Gone    []json.RawMessage `json:"gone,omitempty"`
		}
		if json.Unmarshal([]byte(body), &record) != nil || record.Listing["tracks"] == nil {
			continue
		}
		record.Listing["fetched"] = at.UTC()
		now, err := json.Marshal(record)
		w.must(err)
		sum := sha256.Sum256([]byte(listed + "\n" + string(now)))
		w.must(os.WriteFile(path, fmt.Appendf(nil, "sha256:%x\n%s", sum, now), 0o600))
		return
	}
	w.t.Fatal("no listing is stored")
}

// A search that was made in the future was made now, at most.
func TestSavedInTheFuture(t *testing.T) {
	for name, by := range map[string]time.Duration{"ahead": jump, "behind": -jump} {
		path := filepath.Join(t.TempDir(), savedName)
		since := time.Now().UTC().Add(by)
		text := fmt.Sprintf(`{"version":1,"searches":[{"name":"abba","since":%q}]}`, since.Format(time.RFC3339))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got := reopen(t, path).since("abba", time.Time{})
		if got.After(time.Now()) || by < 0 && got.Unix() != since.Unix() {
			t.Errorf("%s: made at %v", name, got)
		}
	}
}
