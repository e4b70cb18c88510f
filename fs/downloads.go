package fs

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/listing"
)

// A downloadLine is one line of .tunesfs/downloads and .tunesfs/events.
type downloadLine struct {
	ID       string `json:"id"`             // the track's id in its catalogue
	Path     string `json:"path,omitempty"` // below the mount point; empty if no folder that was looked at shows it
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
	places := f.places()
	for _, st := range list {
		shown, _ := pathOf(st.Key, places)
		line := downloadLine{
			ID: st.Key, Path: shown, State: st.State.String(),
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
	places := f.places()
	if !slices.ContainsFunc(f.activeDownloads(), func(st fetch.Status) bool { _, ok := pathOf(st.Key, places); return !ok }) {
		return
	}
	ctx, cancel := context.WithTimeout(f.life.Context(), listing.RefreshTimeout)
	defer cancel()
	for _, s := range f.searchFolders() {
		if err := s.lister.Peek(ctx, firstListing); err != nil {
			f.log.Debug("a search is not listed", "name", s.id, "error", err)
		}
	}
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
