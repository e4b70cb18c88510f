package main

import (
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"sync"
)

// status shows the downloads of some mounts.
type status struct {
	out    io.Writer
	errs   io.Writer
	dir    string // a track, or any other path in a mount; empty for all mounts of the user
	asJSON bool
	width  int // columns to cut lines to; 0 leaves them
}

// show writes the downloads of every mount asked for. One that does not answer
// is reported and keeps nobody from the others.
func (s status) show() error {
	dirs, err := s.mounts()
	if err != nil {
		return err
	}
	lists, errs := make([][]download, len(dirs)), make([]error, len(dirs))
	var all sync.WaitGroup
	for i, dir := range dirs {
		all.Go(func() { lists[i], errs[i] = s.ask(dir) })
	}
	all.Wait()
	var failed error
	for i, dir := range dirs {
		if _, still := mountedAt(dir); errs[i] != nil && still {
			report(s.errs, errs[i])
			failed = errSaid
		} else if err := s.write(lists[i]); err != nil {
			return err
		}
	}
	return failed
}

// ask returns the downloads of the mount at dir, or only that which was named.
func (s status) ask(dir string) ([]download, error) {
	if s.dir != "" {
		track, err := s.askTrack(dir)
		if !errors.Is(err, errNoTrack) {
			return []download{track}, err
		}
	}
	return ask(theMount(dir), answerTimeout, func() ([]download, error) { return readDownloads(dir) })
}

// askTrack returns the track that was named, or errNoTrack.
func (s status) askTrack(dir string) (download, error) {
	return ask(theMount(dir), answerTimeout, func() (download, error) { return readTrack(dir, s.dir) })
}

// mounts returns the mount points to show.
func (s status) mounts() ([]string, error) {
	if s.dir != "" {
		m, err := mountOf(s.dir)
		return []string{m.Dir}, err
	}
	mine, err := myMounts()
	if err == nil && len(mine) == 0 {
		report(s.errs, errors.New("nothing is mounted"))
	}
	var dirs []string
	for _, m := range mine {
		dirs = append(dirs, m.Dir)
	}
	return dirs, err
}

// write writes downloads as they were asked for.
func (s status) write(list []download) error {
	if !s.asJSON {
		for i := range list {
			list[i].Path = filepath.Join(list[i].Mount, list[i].Path)
		}
		return writeBars(s.out, list, s.width)
	}
	lines := json.NewEncoder(s.out)
	for _, d := range list {
		if err := lines.Encode(d); err != nil {
			return err
		}
	}
	return nil
}
