package fs

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/tunesfs/tunesfs/internal/clock"
	"github.com/tunesfs/tunesfs/internal/durable"
)

const (
	savedName    = "searches.json"
	savedVersion = 1
)

// saved is what lasts across mounts beside the downloads: searches, and what was
// removed from which folder. Searches are on disk before a mkdir or rmdir of one
// returns; what was removed follows in the background.
type saved struct {
	path   string
	log    *slog.Logger
	notify chan struct{}
	files  durable.Files

	writing sync.Mutex // held while the file is written, so that the last state wins

	mu    sync.Mutex // guards what follows
	state savedState
	dirty bool
}

type savedState struct {
	Version  int                 `json:"version"`
	Searches []savedSearch       `json:"searches"`
	Hidden   map[string][]string `json:"hidden,omitempty"` // ids of tracks and keys of sub-folders, by folder key
}

type savedSearch struct {
	Name  string    `json:"name"` // of its folder
	Since time.Time `json:"since"`
}

// maxSaved is more than all searches and hidden tracks of a user have.
const maxSaved = 256 << 20

// errUnsaved is the error of what is to last across mounts and cannot be kept.
var errUnsaved = errors.New("cannot be saved")

// openSaved reads what was saved. A file that makes no sense is moved aside,
// one of a newer version is left alone with ErrTooNew.
func openSaved(path string, log *slog.Logger) (*saved, error) {
	s := &saved{path: path, log: log, notify: make(chan struct{}, 1)}
	data, err := durable.ReadFile(path, maxSaved)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		data = []byte("{}")
	case errors.Is(err, durable.ErrNotRegular), errors.Is(err, durable.ErrTooLong), errors.Is(err, syscall.ELOOP): // which makes no sense
	case err != nil:
		return nil, err
	}
	err = json.Unmarshal(data, &s.state) // which reads the version in any case
	if s.state.Version > savedVersion {
		return nil, fmt.Errorf("%s: %w", path, ErrTooNew)
	}
	if err != nil {
		log.Warn("the saved searches make no sense and are moved aside", "file", path, "error", err)
		if err := os.Rename(path, path+".bad"); err != nil {
			return nil, err
		}
		s.state = savedState{}
	}
	s.state.Version = savedVersion
	if s.state.Hidden == nil {
		s.state.Hidden = map[string][]string{}
	}
	for i, q := range s.state.Searches {
		s.state.Searches[i].Since = clock.Past(q.Since, time.Now().UTC())
	}
	return s, nil
}

// names returns the saved searches.
func (s *saved) names() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for _, q := range s.state.Searches {
		names = append(names, q.Name)
	}
	return names
}

// since returns when a search was made, or otherwise.
func (s *saved) since(name string, otherwise time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.state.index(name); i >= 0 {
		return s.state.Searches[i].Since
	}
	return otherwise
}

// index returns where the search of a name is, however its accents are written, or -1.
func (s *savedState) index(name string) int {
	name = norm.NFC.String(name)
	return slices.IndexFunc(s.Searches, func(q savedSearch) bool { return norm.NFC.String(q.Name) == name })
}

// addSearch saves a search. When it returns nil the search is on disk.
func (s *saved) addSearch(name string) error {
	s.mu.Lock()
	if s.state.index(name) >= 0 {
		s.mu.Unlock()
		return nil
	}
	s.beginLocked(name)
	s.mu.Unlock()
	err := s.flush()
	if err != nil {
		_, _ = s.forget(name)
	}
	return err
}

// beginLocked saves a search from which nothing was removed yet. A power cut may have left a
// list of an earlier one.
func (s *saved) beginLocked(name string) {
	s.state.Searches = append(s.state.Searches, savedSearch{name, time.Now().UTC()})
	delete(s.state.Hidden, searchKind.key(name))
	s.dirty = true
}

// removeSearch forgets a search and what was removed from it. When it returns nil
// that is on disk; otherwise nothing is forgotten.
func (s *saved) removeSearch(name string) error {
	searches, hidden := s.forget(name)
	err := s.flush()
	if err != nil {
		s.restore(name, searches, hidden)
	}
	return err
}

// renameSearch saves a search of another name in the place of one, which it forgets with
// the list of its removed tracks. When it returns nil that is on disk; otherwise nothing has changed.
func (s *saved) renameSearch(name, to string) error {
	s.mu.Lock()
	searches, hidden := s.forgetLocked(name)
	s.beginLocked(to)
	s.mu.Unlock()
	err := s.flush()
	if err != nil {
		_, _ = s.forget(to)
		s.restore(name, searches, hidden)
	}
	return err
}

// forget returns what was saved of a search.
func (s *saved) forget(name string) (searches []savedSearch, hidden []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.forgetLocked(name)
}

// forgetLocked is forget for a caller that holds the lock.
func (s *saved) forgetLocked(name string) (searches []savedSearch, hidden []string) {
	for i := s.state.index(name); i >= 0; i = s.state.index(name) {
		searches = append(searches, s.state.Searches[i])
		s.state.Searches = slices.Delete(s.state.Searches, i, i+1)
	}
	key := searchKind.key(name)
	hidden = s.state.Hidden[key]
	delete(s.state.Hidden, key)
	s.dirty = true
	return searches, hidden
}

// restore saves again what forget returned, beside what was removed since.
func (s *saved) restore(name string, searches []savedSearch, hidden []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.Searches = append(s.state.Searches, searches...)
	if key := searchKind.key(name); len(hidden) > 0 {
		s.state.Hidden[key] = append(hidden, s.state.Hidden[key]...)
	}
	s.dirty = true
}

// hidden returns what was removed from a folder.
func (s *saved) hidden(folder string) map[string]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := map[string]bool{}
	for _, id := range s.state.Hidden[folder] {
		ids[id] = true
	}
	return ids
}

// hide saves, in the background, that something was removed from a folder.
func (s *saved) hide(folder, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.Hidden[folder] = append(s.state.Hidden[folder], id)
	s.markDirtyLocked()
}

// unhide saves, in the background, that a folder shows again all that it lists.
func (s *saved) unhide(folder string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.state.Hidden[folder]) > 0 {
		delete(s.state.Hidden, folder)
		s.markDirtyLocked()
	}
}

// markDirtyLocked has the state written in the background.
func (s *saved) markDirtyLocked() {
	s.dirty = true
	select {
	case s.notify <- struct{}{}:
	default:
	}
}

// keep writes what is saved in the background until stop is closed.
func (s *saved) keep(stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		case <-s.notify:
		}
		if err := s.flush(); err != nil {
			s.log.Error("cannot save what was removed", "error", err)
		}
	}
}

// flush writes what is not on disk yet.
func (s *saved) flush() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.Lock()
	if !s.dirty {
		s.mu.Unlock()
		return nil
	}
	data, err := json.MarshalIndent(s.state, "", "\t")
	s.dirty = false
	s.mu.Unlock()
	if err == nil {
		err = s.write(data)
	}
	if err != nil {
		s.mu.Lock()
		s.dirty = true
		s.mu.Unlock()
	}
	return err
}

// write replaces the file of saved searches, and makes its folder if need be.
func (s *saved) write(data []byte) error {
	err := s.files.MakeDir(filepath.Dir(s.path))
	if err == nil {
		err = s.files.Write(s.path, data)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errUnsaved, err)
	}
	return nil
}
