// Package panes owns the lists of the app: rows with a cursor, marks, a filter and an
// order.
//
// It must never draw a row, nor know which command one takes.
//
// Open pane.go first; scroll.go has the place of the cursor, listing.go the entries of a
// folder.
package panes

import (
	"iter"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
)

// A Row is a track or a folder that can be shown.
type Row struct {
	Path   string
	Name   string
	Folder bool
	ID     string // of a download
}

// Status returns its state.
func (r Row) Status(table *tracks.Table) tracks.Status { return table.Status(r.Path, r.ID, r.Folder) }

func entryRow(e client.Entry) Row { return Row{Path: e.Path, Name: e.Name, Folder: e.Folder} }

// Rows are those of a pane.
type Rows interface {
	Count() int
	Row(i int) Row
	All() iter.Seq[Row] // with those that a filter hides
}

// A Pane is a list of rows with a cursor and marks.
type Pane struct {
	Scroll
	Want  string          // a path that the cursor goes to when it comes
	Marks map[string]bool // by path
	rows  Rows
}

// NewPane returns a pane of so many lines.
func NewPane(rows Rows, height int) Pane {
	return Pane{Scroll: Scroll{Height: height}, Marks: map[string]bool{}, rows: rows}
}

// Count returns how many rows there are.
func (p *Pane) Count() int { return p.rows.Count() }

// Row returns one of them.
func (p *Pane) Row(i int) Row { return p.rows.Row(i) }

// Current returns the row with the cursor.
func (p *Pane) Current() (Row, bool) {
	if p.Cursor >= p.Count() {
		return Row{}, false
	}
	return p.Row(p.Cursor), true
}

// Path returns the path of the row with the cursor, or "".
func (p *Pane) Path() string {
	r, _ := p.Current()
	return r.Path
}

// Visible returns the paths of the rows that show.
func (p *Pane) Visible() (paths []string) {
	for i := p.Top; i < p.End(p.Count()); i++ {
		paths = append(paths, p.Row(i).Path)
	}
	return paths
}

// MoveTo puts the cursor on a row, and no longer waits for another.
func (p *Pane) MoveTo(i int) {
	p.Want = ""
	p.Set(i, p.Count())
}

// Fit shows the cursor in so many lines, after they or the rows have changed.
func (p *Pane) Fit(height int) {
	p.Height = height
	p.Set(p.Cursor, p.Count())
}

// Wheel scrolls.
func (p *Pane) Wheel(by int) { p.roll(by, p.Count()) }

// Mark marks the row with the cursor, or no longer, and goes on to the next.
func (p *Pane) Mark() {
	path := p.Path()
	if path == "" {
		return
	}
	if p.Marks[path] {
		delete(p.Marks, path)
	} else {
		p.Marks[path] = true
	}
	p.MoveTo(p.Cursor + 1)
}

// MarkAll marks all rows, or none if any is marked.
func (p *Pane) MarkAll() {
	if len(p.Marks) > 0 {
		clear(p.Marks)
		return
	}
	for i := range p.Count() {
		if path := p.Row(i).Path; path != "" {
			p.Marks[path] = true
		}
	}
}

// Targets returns the rows that a command is for: those that are marked, also where a filter
// hides them, else the one with the cursor. It returns the first ones, at most so many.
func (p *Pane) Targets(most int) (rows []Row) {
	if len(p.Marks) == 0 {
		if r, ok := p.Current(); ok && r.Path != "" {
			rows = append(rows, r)
		}
		return rows
	}
	most = min(most, len(p.Marks))
	for r := range p.rows.All() {
		if len(rows) == most {
			break
		}
		if p.Marks[r.Path] {
			rows = append(rows, r)
		}
	}
	return rows
}
