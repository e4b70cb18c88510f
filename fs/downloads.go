package fs

import (
	"context"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/events"
	"github.com/tunesfs/tunesfs/fs/internal/listing"
	"github.com/tunesfs/tunesfs/fs/internal/waiting"
)

// newDownloads returns the file of a JSON object a line for every download that is queued,
// downloading, paused or failed.
func (f *FS) newDownloads() *textNode {
	list := func() (release func()) {
		f.listSearches()
		return func() {}
	}
	return &textNode{hold: list, content: func() []byte { return f.downloadLines(f.activeDownloads()) }, modified: time.Now}
}

// downloadLines returns a JSON object a line.
func (f *FS) downloadLines(list []fetch.Status) []byte {
	places := f.tree.places()
	lines := make([]events.Line, len(list))
	for i, st := range list {
		shown, _ := pathOf(st.Key, places)
		lines[i] = events.NewLine(st, shown, errorText(st.Err), f.waitingFor(st.Key))
	}
	text, err := events.Encode(lines)
	if err != nil {
		f.log.Error("cannot list the downloads", "error", err)
	}
	return text
}

// waitingFor returns which programs have waited for bytes of a track for a second.
func (f *FS) waitingFor(key string) string {
	var names []string
	for _, p := range f.reads.Programs(key) {
		names = append(names, p.String())
	}
	return strings.Join(names, ", ")
}

// logPaused logs that a program waits for a track, if that is paused and done is not set
// yet, which it sets.
func (f *FS) logPaused(d *fetch.Download, by waiting.Program, done *atomic.Bool) {
	if d.Status().State != fetch.Paused || done.Swap(true) {
		return
	}
	shown, ok := pathOf(d.Key(), f.tree.places())
	if !ok {
		shown = d.Key()
	}
	f.log.Warn("a program waits for a paused track", "program", by.String(), "path", path.Join("/", shown))
}

// listSearches lists, of the saved searches that nobody has opened yet, what
// comes at once, so that downloads that went on since an earlier mount have a
// path.
func (f *FS) listSearches() {
	places := f.tree.places()
	if !slices.ContainsFunc(f.activeDownloads(), func(st fetch.Status) bool { _, ok := pathOf(st.Key, places); return !ok }) {
		return
	}
	ctx, cancel := context.WithTimeout(f.life.Context(), listing.RefreshTimeout)
	defer cancel()
	for _, s := range f.tree.searchFolders() {
		if err := s.lister.Peek(ctx, f.firstListing); err != nil {
			f.log.Debug("a search is not listed", "name", s.id(), "error", err)
		}
	}
}

// activeDownloads returns the status of every download that is not idle or
// complete.
func (f *FS) activeDownloads() []fetch.Status {
	var list []fetch.Status
	for _, d := range f.store.Active() {
		if st := d.Status(); events.IsActive(st.State) {
			list = append(list, st)
		}
	}
	return list
}

// activeStates returns the state of every active download, by key.
func (f *FS) activeStates() map[string]fetch.State {
	states := map[string]fetch.State{}
	for _, st := range f.activeDownloads() {
		states[st.Key] = st.State
	}
	return states
}
