package model

import (
	"iter"
	"maps"
	"path"
	"slices"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/panes"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
)

// A downloadList is the list of the downloads.
type downloadList struct {
	panes.Pane
	tracks *tracks.Table
}

func newDownloadList(table *tracks.Table) *downloadList {
	l := &downloadList{tracks: table}
	l.Pane = panes.NewPane(l, 0)
	return l
}

// Count implements panes.Rows.
func (l *downloadList) Count() int { return len(l.tracks.Rows()) }

// Row implements panes.Rows.
func (l *downloadList) Row(i int) panes.Row {
	d := l.tracks.Rows()[i]
	name := path.Base(d.Path)
	if d.Path == "" {
		name = d.ID
	}
	return panes.Row{Path: d.Path, Name: name, ID: d.ID}
}

// All implements panes.Rows.
func (l *downloadList) All() iter.Seq[panes.Row] {
	return func(yield func(panes.Row) bool) {
		for i := range l.Count() {
			if !yield(l.Row(i)) {
				return
			}
		}
	}
}

// settle ends a change of the downloads. Rows that go take their marks along.
func (l *downloadList) settle() {
	l.keepCursor(l.tracks.Settle)
	maps.DeleteFunc(l.Marks, func(path string, _ bool) bool { return !l.tracks.IsListed(path) })
}

// arrange puts the downloads in the order of their states. A cursor that is further down
// stays on its row.
func (l *downloadList) arrange() {
	if l.Cursor == 0 {
		l.tracks.Arrange()
		return
	}
	l.keepCursor(l.tracks.Arrange)
}

// tick does that, as time passes, below the first row: nothing but a key moves the cursor to
// another row.
func (l *downloadList) tick() {
	if l.Cursor == 0 && len(l.Marks) == 0 {
		l.tracks.ArrangeBelow()
	}
}

// keepCursor keeps the cursor on its row while change moves rows.
func (l *downloadList) keepCursor(change func()) {
	var at *tracks.Download
	if l.Cursor < l.Count() {
		at = l.tracks.Rows()[l.Cursor]
	}
	change()
	if i := slices.Index(l.tracks.Rows(), at); i >= 0 {
		l.Cursor = i
	}
	l.Fit(l.Height)
}
