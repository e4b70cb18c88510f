package fetch

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/internal/durable"
)

// dataOf returns the path of the generation that the record at a path names.
func dataOf(path string, r *diskcache.Record) string {
	name := strings.TrimSuffix(filepath.Base(path), ".json")
	return diskcache.PlaceOf(filepath.Dir(filepath.Dir(path)), name).DataPath(r.Data)
}

// check cuts the power.
func (s *simDisk) check(d durable.Step) {
	for path, list := range s.names {
		for _, e := range list {
			if e.record != nil {
				s.checkHeld(d, path, e)
				s.checkMark(d, path, e.record.State)
			}
		}
	}
}

// checkHeld fails if a record that may be found claims more than data that may be
// found beside it holds for sure.
func (s *simDisk) checkHeld(d durable.Step, path string, e entryOf) {
	for _, found := range s.names[dataOf(path, e.record)] {
		if found.data == nil || len(e.record.Held) == 0 {
			continue // no data: the record is dropped
		}
		if found.data != e.data {
			s.t.Errorf("after %s %s: a record of other data is left", d.Kind, filepath.Base(d.Path))
		}
		for _, r := range e.record.Held {
			if !found.data.durable.Contains(r) {
				s.t.Errorf("after %s %s: %v recorded, %v durable", d.Kind, filepath.Base(d.Path), e.record.Held, found.data.durable)
			}
		}
	}
}

// checkMark fails if nothing may tell the next session of a record that it is to
// go on with, or to drop when it ends.
func (s *simDisk) checkMark(d durable.Step, path, state string) {
	sub := diskcache.ActiveDir
	switch {
	case state == Complete.String() && s.session:
		sub = diskcache.SessionDir
	case state == Complete.String() || state == Idle.String():
		return
	}
	mark := filepath.Join(filepath.Dir(filepath.Dir(path)), sub, strings.TrimSuffix(filepath.Base(path), ".json"))
	sure := slices.IndexFunc(s.found(mark), func(e entryOf) bool { return !e.mark }) < 0
	if len(s.names[mark]) == 0 || !sure {
		s.t.Errorf("after %s %s: %s, and the mark in %s may be lost", d.Kind, filepath.Base(d.Path), state, sub)
	}
}

// checkWord fails unless what a command has said holds though the power goes.
func (s *simDisk) checkWord(d *Download, now State) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.found(d.entry.RecordPath())
	for _, e := range list {
		switch {
		case e.record == nil || e.record.State == Idle.String():
			s.t.Errorf("%v, and %+v may be found", now, e.record)
		case now == Paused && e.record.State != Paused.String():
			s.t.Errorf("paused, and %s may be found", e.record.State)
		case now == Paused && len(e.record.Held) > 0:
			s.checkData(dataOf(d.entry.RecordPath(), e.record), e.data)
		}
	}
	if len(list) == 0 {
		s.t.Errorf("%v, and there is no record", now)
	}
}

// checkData fails if the data that a record tells of may be lost.
func (s *simDisk) checkData(path string, data *inode) {
	for _, found := range s.found(path) {
		if found.data != data {
			s.t.Errorf("%s may be lost, and there is a record of it", filepath.Base(path))
		}
	}
}
