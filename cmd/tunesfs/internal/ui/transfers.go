package ui

import (
	"iter"
	"maps"
	"path"
	"slices"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
)

// A downloadList is the list of the downloads.
type downloadList struct {
	pane
	tracks *tracks.Table
}

func newDownloadList(table *tracks.Table) *downloadList {
	l := &downloadList{tracks: table}
	l.pane = newPane(l, 0)
	return l
}

// count implements rows.
func (l *downloadList) count() int { return len(l.tracks.Rows()) }

// row implements rows.
func (l *downloadList) row(i int) row {
	d := l.tracks.Rows()[i]
	name := path.Base(d.Path)
	if d.Path == "" {
		name = d.ID
	}
	return row{path: d.Path, name: name, id: d.ID}
}

// all implements rows.
func (l *downloadList) all() iter.Seq[row] {
	return func(yield func(row) bool) {
		for i := range l.count() {
			if !yield(l.row(i)) {
				return
			}
		}
	}
}

// settle ends a change of the downloads. Rows that go take their marks along.
func (l *downloadList) settle() {
	l.keepCursor(l.tracks.Settle)
	maps.DeleteFunc(l.marks, func(path string, _ bool) bool { return !l.tracks.IsListed(path) })
}

// arrange puts the downloads in the order of their states. A cursor that is further down
// stays on its row.
func (l *downloadList) arrange() {
	if l.cursor == 0 {
		l.tracks.Arrange()
		return
	}
	l.keepCursor(l.tracks.Arrange)
}

// tick does that, as time passes, below the first row: nothing but a key moves the cursor to
// another row.
func (l *downloadList) tick() {
	if l.cursor == 0 && len(l.marks) == 0 {
		l.tracks.ArrangeBelow()
	}
}

// keepCursor keeps the cursor on its row while change moves rows.
func (l *downloadList) keepCursor(change func()) {
	var at *tracks.Download
	if l.cursor < l.count() {
		at = l.tracks.Rows()[l.cursor]
	}
	change()
	if i := slices.Index(l.tracks.Rows(), at); i >= 0 {
		l.cursor = i
	}
	l.fit(l.height)
}
