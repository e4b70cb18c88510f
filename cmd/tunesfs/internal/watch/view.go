// Package watch owns how the downloads of mounts are shown as lines, once or for
// each change: with bars, or in JSON.
//
// It must never change a download, nor know which catalog is behind a mount.
//
// Open view.go first, then watch.go; bars.go draws, followed.go follows one
// mount. sparse.go leaves lines out. downloads.go reads the list of a mount's downloads,
// track.go the state of one track, unlisted.go why a folder could not be listed.
package watch

import (
	"errors"
	"io"
	"path/filepath"
	"sync"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/internal/jsonlines"
	"github.com/tunesfs/tunesfs/internal/mounts"
)

// A View shows the downloads of some mounts.
type View struct {
	Out   io.Writer
	Errs  io.Writer
	Path  string // a track or a folder in a mount; empty for all mounts of the user
	JSON  bool
	Width int // columns to cut lines to; 0 leaves them

	Sparse bool // watching, write no line for each change: one for each state, and each tenth
}

// A report is the answer of one mount.
type report struct {
	downloads []download
	unlisted  []unlisted
}

// Show writes the downloads below each path, or of all mounts of the user if there is
// none, and which folders asked for could not be listed. It says so where there is
// nothing to show. A mount that does not answer is reported and holds up no other.
func (s View) Show(paths []string) error {
	if len(paths) == 0 {
		paths = []string{""}
	}
	var failed error
	shown := false
	for _, path := range paths {
		s.Path = path
		some, err := s.showPath()
		switch {
		case errors.Is(err, messages.ErrReported):
			failed = err
		case err != nil && len(paths) > 1: // the others are shown all the same
			messages.Report(s.Errs, err)
			failed = messages.ErrReported
		case err != nil:
			return err
		}
		shown = shown || some
	}
	if !shown && failed == nil {
		messages.Report(s.Errs, errNothing)
	}
	return failed
}

// errNothing says that no download is under way.
var errNothing = errors.New("nothing is under way")

// showPath is Show for one path. It reports whether something was shown or said.
func (s View) showPath() (some bool, err error) {
	all, err := s.Mounts()
	if err != nil || len(all) == 0 {
		return true, err
	}
	reports, errs := make([]report, len(all)), make([]error, len(all))
	var group sync.WaitGroup
	for i, m := range all {
		group.Go(func() { reports[i], errs[i] = s.ask(m.Dir) })
	}
	group.Wait()
	for i, m := range all {
		some = some || len(reports[i].downloads)+len(reports[i].unlisted) > 0
		if _, still := mounted.At(m.Dir); errs[i] != nil && still {
			messages.Report(s.Errs, errs[i])
			err = messages.ErrReported
		} else if err := s.writeReport(reports[i]); err != nil {
			return true, err
		}
	}
	return some, err
}

// ask returns the downloads of the mount at dir, or only that which was named.
func (s View) ask(dir string) (report, error) {
	if s.Path != "" {
		track, err := s.askTrack(dir)
		if !errors.Is(err, errNoTrack) {
			return report{downloads: []download{track}}, err
		}
	}
	return mounted.Ask(mounted.Name(dir), mounted.AnswerTimeout, func() (report, error) {
		list, err := readDownloads(dir, s.below(dir))
		return report{list, readUnlisted(s.folders(dir)...)}, err
	})
}

// askTrack returns the track that was named, or errNoTrack.
func (s View) askTrack(dir string) (download, error) {
	return mounted.Ask(mounted.Name(dir), mounted.AnswerTimeout, func() (download, error) { return readTrack(dir, s.Path) })
}

// askBelow returns the folder or the track that was named, below the mount at dir; "" for
// all of that.
func (s View) askBelow(dir string) (string, error) {
	return mounted.Ask(mounted.Name(dir), mounted.AnswerTimeout, func() (string, error) { return s.below(dir), nil })
}

// Find returns the folder or the track that was named, below the mount at dir; "" for all of
// that. It fails if there is none.
func (s View) Find(dir string) (string, error) {
	if _, err := s.askTrack(dir); err != nil && !errors.Is(err, errNoTrack) {
		return "", err
	}
	return s.askBelow(dir)
}

// Mounts returns the mounts to show. It says so where the user has none.
func (s View) Mounts() ([]mounts.Mount, error) {
	if s.Path != "" {
		m, err := mounted.Of(s.Path)
		return []mounts.Mount{m}, err
	}
	mine, err := mounted.Mine()
	if err == nil && len(mine) == 0 {
		messages.Report(s.Errs, errors.New("nothing is mounted"))
	}
	return mine, err
}

func (s View) writeReport(r report) error {
	if err := s.write(r.downloads); err != nil {
		return err
	}
	return s.writeUnlisted(r.unlisted)
}

// write writes downloads as they were asked for.
func (s View) write(list []download) error {
	if !s.JSON {
		for i := range list {
			if s.Path == "" {
				list[i].Path = filepath.Join(list[i].Mount, list[i].Path)
			}
		}
		return writeBars(s.Out, list, s.Width)
	}
	lines := make([]line, len(list))
	for i, d := range list {
		lines[i] = line{d, jsonlines.Size(d.Size)}
	}
	return jsonlines.Write(s.Out, lines...)
}
