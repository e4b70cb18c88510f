package fetch

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
)

// opKill goes on from what is on disk in the middle of everything. Some of what
// a kill leaves is kept for later.
func (m *model) opKill() bool {
	if m.chance(2) {
		return false
	}
	dir := m.newDir()
	m.note("kill, go on in %s", filepath.Base(dir))
	m.snapshot(dir)
	if m.chance(3) {
		spare := m.newDir()
		m.snapshot(spare)
		m.spare = append(m.spare, spare)
	}
	m.shut()
	_ = os.RemoveAll(m.dir) // nobody comes back to it
	m.start(dir)
	return true
}

// opRevive goes on from what an earlier kill left, whatever has happened since.
func (m *model) opRevive() bool {
	if len(m.spare) == 0 {
		return false
	}
	i := m.rand.IntN(len(m.spare))
	dir := m.spare[i]
	m.spare = slices.Delete(m.spare, i, i+1)
	m.note("revive %s", filepath.Base(dir))
	m.shut()
	_ = os.RemoveAll(m.dir) // likewise
	m.start(dir)
	return true
}

// opTakeAway takes a part of the cache away under the store.
func (m *model) opTakeAway() bool {
	if m.chance(2) {
		return false
	}
	p := diskcache.PlaceOf(m.dir, diskcache.NameOf(m.key()))
	lost := [][]string{{dataFile(p)}, {p.RecordPath()}, {dataFile(p), p.RecordPath()}, {p.ActivePath(), p.SessionPath()}, {filepath.Dir(dataFile(p))}, {m.dir}}
	i := m.rand.IntN(len(lost))
	for _, path := range lost[i] {
		_ = os.RemoveAll(path) // the store may make it again at the same moment
	}
	m.note("lose %q", lost[i])
	return true
}

// snapshot copies the store's folder as a kill at one moment would leave it:
// an entry whose record changes meanwhile is copied again.
func (m *model) snapshot(to string) {
	for _, key := range m.keys {
		p, q := diskcache.PlaceOf(m.dir, diskcache.NameOf(key)), diskcache.PlaceOf(to, diskcache.NameOf(key))
		for _, path := range []string{q.RecordPath(), q.ActivePath(), q.SessionPath()} {
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				m.t.Fatal(err)
			}
		}
		for {
			before, _ := os.Stat(p.RecordPath())
			copyFile(p.RecordPath(), q.RecordPath())
			data := dataFiles(p)
			for _, path := range dataFiles(q) {
				_ = os.Remove(path) // copied before
			}
			for _, path := range data {
				copyFile(path, strings.Replace(path, m.dir, to, 1))
			}
			copyFile(p.ActivePath(), q.ActivePath())
			copyFile(p.SessionPath(), q.SessionPath())
			after, _ := os.Stat(p.RecordPath())
			if sameFile(before, after) && slices.Equal(data, dataFiles(p)) {
				break
			}
		}
	}
}

func sameFile(a, b os.FileInfo) bool {
	return a == nil && b == nil || a != nil && b != nil && os.SameFile(a, b)
}

// copyFile makes to what from is, or makes sure that it is not there.
func copyFile(from, to string) {
	b, err := os.ReadFile(from)
	if err != nil {
		_ = os.Remove(to)
		return
	}
	_ = os.WriteFile(to, b, 0o600)
}
