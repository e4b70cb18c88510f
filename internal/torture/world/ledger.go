package world

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/cell"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// A Version is one version of one file, as the origin served it.
type Version struct {
	cell.Version
	Size     int64
	Modified time.Time
	// From and To are when it was served, since the start of the run. To is Forever
	// while it is served.
	From, To time.Duration
}

// Forever is the end of what has not ended.
const Forever = time.Duration(1<<63 - 1)

// A Presence is a time in which a folder's listing had a file.
type Presence struct{ From, To time.Duration }

// A Ledger keeps every version that the origin ever served. Nothing in it changes
// but the end of the newest entry. All its methods may be called at any time.
type Ledger struct {
	now func() time.Duration

	mu    sync.Mutex
	files map[string]*record // guarded by mu; by path
	byID  map[uint32]string  // guarded by mu
}

// A record is all of one file.
type record struct {
	file     plan.File
	id       uint32
	versions []Version
	listed   []Presence
	served   []Presence
}

// NewLedger returns a ledger with the first versions of files. now is the time since
// the start of the run.
func NewLedger(files []plan.File, now func() time.Duration) *Ledger {
	l := &Ledger{now: now, files: map[string]*record{}, byID: map[uint32]string{}}
	for i, f := range files {
		id := uint32(i + 1)
		l.files[f.Path] = &record{file: f, id: id, listed: []Presence{{0, Forever}}, served: []Presence{{0, Forever}}}
		l.byID[id] = f.Path
		l.publish(f.Path, f.Size)
	}
	return l
}

// epoch is when the first version of a file was made; each later one is some minutes
// younger, so that even a listing by minutes tells them apart.
var epoch = time.Date(2001, time.March, 4, 5, 6, 0, 0, time.UTC)

// publish enters a new version of a file.
func (l *Ledger) publish(path string, size int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.files[path]
	now := l.now()
	if n := len(r.versions); n > 0 {
		r.versions[n-1].To = now
	}
	number := uint32(len(r.versions) + 1)
	v := Version{
		Version:  cell.Version{File: r.id, Number: number},
		Size:     size,
		Modified: epoch.Add(time.Duration(r.id)*time.Hour + time.Duration(number)*7*time.Minute),
		From:     now, To: Forever,
	}
	r.versions = append(r.versions, v)
}

// setPresence opens or ends a presence.
func (l *Ledger) setPresence(path string, of func(*record) *[]Presence, present bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := of(l.files[path])
	last := &(*all)[len(*all)-1]
	switch open := last.To == Forever; {
	case open && !present:
		last.To = l.now()
	case !open && present:
		*all = append(*all, Presence{l.now(), Forever})
	}
}

func listed(r *record) *[]Presence { return &r.listed }
func served(r *record) *[]Presence { return &r.served }

// Paths returns the paths of all files that ever were, sorted.
func (l *Ledger) Paths() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []string
	for path := range l.files {
		all = append(all, path)
	}
	slices.Sort(all)
	return all
}

// File returns how the origin treats a file, and whether there ever was one.
func (l *Ledger) File(path string) (plan.File, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r, ok := l.files[path]
	if !ok {
		return plan.File{}, false
	}
	return r.file, true
}

// PathOf returns the path of the file with a number, or "".
func (l *Ledger) PathOf(id uint32) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.byID[id]
}

// Versions returns all versions of a file, oldest first.
func (l *Ledger) Versions(path string) []Version {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r, ok := l.files[path]; ok {
		return slices.Clone(r.versions)
	}
	return nil
}

// Newest returns the version that is served now or was served last.
func (l *Ledger) Newest(path string) Version {
	all := l.Versions(path)
	return all[len(all)-1]
}

// Changed reports whether a file had another version, was taken away or came back
// between two times.
func (l *Ledger) Changed(path string, from, to time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	r, ok := l.files[path]
	if !ok {
		return false
	}
	for _, v := range r.versions[1:] {
		if from <= v.From && v.From <= to {
			return true
		}
	}
	return edges(r.listed, from, to) || edges(r.served, from, to)
}

func edges(all []Presence, from, to time.Duration) bool {
	return slices.ContainsFunc(all, func(p Presence) bool {
		return p.From > 0 && from <= p.From && p.From <= to || from <= p.To && p.To <= to
	})
}

// Listed reports whether a listing had a file at some time and at every time between
// two.
func (l *Ledger) Listed(path string, from, to time.Duration) (sometime, always bool) {
	return l.present(path, listed, from, to)
}

// Served is Listed of what the server sends.
func (l *Ledger) Served(path string, from, to time.Duration) (sometime, always bool) {
	return l.present(path, served, from, to)
}

func (l *Ledger) present(path string, of func(*record) *[]Presence, from, to time.Duration) (sometime, always bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r, ok := l.files[path]
	if !ok {
		return false, false
	}
	for _, p := range *of(r) {
		sometime = sometime || p.From <= to && from <= p.To
		always = always || p.From <= from && to <= p.To
	}
	return sometime, always
}

// Children returns the folders and the files that a folder's listing has now, by
// name, sorted.
func (l *Ledger) Children(folder string) (folders, files []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	prefix := folder + "/"
	if folder == "" {
		prefix = ""
	}
	for path, r := range l.files {
		rest, within := strings.CutPrefix(path, prefix)
		if !within {
			continue
		}
		name, _, deeper := strings.Cut(rest, "/")
		switch {
		case deeper && !slices.Contains(folders, name):
			folders = append(folders, name) // a folder stays, though its files go
		case !deeper && r.listed[len(r.listed)-1].To == Forever:
			files = append(files, name)
		}
	}
	slices.Sort(folders)
	slices.Sort(files)
	return folders, files
}

// etag returns what the origin calls a version, "" if it has no name for it.
func etag(f plan.File, v Version) string {
	switch f.Validators {
	case "strong":
		return fmt.Sprintf(`"%d-%d"`, v.File, v.Number)
	case "weak":
		return fmt.Sprintf(`W/"%d-%d"`, v.File, v.Number)
	}
	return ""
}

// ChangedBelow is Changed of all files below a folder.
func (l *Ledger) ChangedBelow(folder string, from, to time.Duration) bool {
	for _, p := range l.Paths() {
		if (folder == "" || strings.HasPrefix(p, folder+"/")) && l.Changed(p, from, to) {
			return true
		}
	}
	return false
}
