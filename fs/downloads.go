package fs

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"path"
	"slices"

	"github.com/tunesfs/tunesfs/fetch"
)

// A downloadLine is one line of .tunesfs/downloads and .tunesfs/events.
type downloadLine struct {
	ID       string `json:"id"`             // the track's id in its catalogue
	Path     string `json:"path,omitempty"` // below the mount point; empty if no listed folder shows it
	State    string `json:"state"`
	Size     int64  `json:"size"` // bytes; -1 unknown
	Held     int64  `json:"held"` // bytes
	Progress string `json:"progress"`
	Error    string `json:"error,omitempty"`
}

// downloads returns a JSON object a line for every download that is queued,
// downloading, paused or failed.
func (f *FS) downloads() []byte {
	f.listSearches()
	return f.downloadLines(f.activeDownloads())
}

// downloadLines returns a JSON object a line.
func (f *FS) downloadLines(list []fetch.Status) []byte {
	var b bytes.Buffer
	lines := json.NewEncoder(&b)
	lines.SetEscapeHTML(false)
	for _, st := range list {
		line := downloadLine{
			ID: st.Key, Path: f.path(st.Key), State: st.State.String(),
			Size: st.Size, Held: st.Held, Progress: st.Progress(), Error: words(st.Err),
		}
		if err := lines.Encode(line); err != nil {
			f.log.Error("cannot list a download", "error", err)
		}
	}
	return b.Bytes()
}

// listSearches lists, of the saved searches that nobody has opened yet, what
// comes at once, so that downloads that went on since an earlier mount have a
// path.
func (f *FS) listSearches() {
	states := f.activeStates()
	if !slices.ContainsFunc(slices.Collect(maps.Keys(states)), func(id string) bool { return f.path(id) == "" }) {
		return
	}
	ctx, cancel := context.WithTimeout(f.ctx, relisting)
	defer cancel()
	for _, s := range f.searchFolders() {
		if err := s.lister.peek(ctx); err != nil {
			f.log.Debug("a search is not listed", "name", s.id, "error", err)
		}
	}
}

// path returns where a track is shown, below the mount point: in a search if
// there is one.
func (f *FS) path(id string) string {
	var best showing
	for _, d := range f.listed() {
		t := d.shows(id)
		if t == nil {
			continue
		}
		if s := (showing{d.kind, path.Join(d.path, t.Name)}); best.path == "" || s.before(best) {
			best = s
		}
	}
	return best.path
}

// A showing is one of the places where a track is shown.
type showing struct {
	kind kind   // of the folder
	path string // of the track, below the mount point
}

// before reports whether s is a better place to name than o: a search is, and of
// two of a kind the first by name.
func (s showing) before(o showing) bool {
	if s.kind != o.kind {
		return s.kind == searchKind
	}
	return s.path < o.path
}

// activeDownloads returns the status of every download that is not idle or
// complete.
func (f *FS) activeDownloads() []fetch.Status {
	var list []fetch.Status
	for _, d := range f.store.Active() {
		if st := d.Status(); isActive(st.State) {
			list = append(list, st)
		}
	}
	return list
}

func isActive(s fetch.State) bool { return s != fetch.Idle && s != fetch.Complete }

// activeStates returns the state of every active download, by key.
func (f *FS) activeStates() map[string]fetch.State {
	states := map[string]fetch.State{}
	for _, st := range f.activeDownloads() {
		states[st.Key] = st.State
	}
	return states
}
