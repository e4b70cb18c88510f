package ui

import (
	"iter"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
)

// A row is a track or a folder that can be shown.
type row struct {
	path   string
	name   string
	folder bool
	id     string // of a download
}

// status returns its state.
func (r row) status(table *tracks.Table) tracks.Status { return table.Status(r.path, r.id, r.folder) }

func entryRow(e client.Entry) row { return row{path: e.Path, name: e.Name, folder: e.Folder} }

// rows are those of a pane.
type rows interface {
	count() int
	row(i int) row
	all() iter.Seq[row] // with those that a filter hides
}

// A pane is a list of rows with a cursor and marks.
type pane struct {
	scroll
	want  string          // a path that the cursor goes to when it comes
	marks map[string]bool // by path
	rows  rows
}

// newPane returns a pane of so many lines.
func newPane(rows rows, height int) pane {
	return pane{scroll: scroll{height: height}, marks: map[string]bool{}, rows: rows}
}

// count returns how many rows there are.
func (p *pane) count() int { return p.rows.count() }

// row returns one of them.
func (p *pane) row(i int) row { return p.rows.row(i) }

// current returns the row with the cursor.
func (p *pane) current() (row, bool) {
	if p.cursor >= p.count() {
		return row{}, false
	}
	return p.row(p.cursor), true
}

// path returns the path of the row with the cursor, or "".
func (p *pane) path() string {
	r, _ := p.current()
	return r.path
}

// visible returns the paths of the rows that show.
func (p *pane) visible() (paths []string) {
	for i := p.top; i < p.end(p.count()); i++ {
		paths = append(paths, p.row(i).path)
	}
	return paths
}

// moveTo puts the cursor on a row, and no longer waits for another.
func (p *pane) moveTo(i int) {
	p.want = ""
	p.set(i, p.count())
}

// fit shows the cursor in so many lines, after they or the rows have changed.
func (p *pane) fit(height int) {
	p.height = height
	p.set(p.cursor, p.count())
}

// wheel scrolls.
func (p *pane) wheel(by int) { p.roll(by, p.count()) }

// mark marks the row with the cursor, or no longer, and goes on to the next.
func (p *pane) mark() {
	path := p.path()
	if path == "" {
		return
	}
	if p.marks[path] {
		delete(p.marks, path)
	} else {
		p.marks[path] = true
	}
	p.moveTo(p.cursor + 1)
}

// markAll marks all rows, or none if any is marked.
func (p *pane) markAll() {
	if len(p.marks) > 0 {
		clear(p.marks)
		return
	}
	for i := range p.count() {
		if path := p.row(i).path; path != "" {
			p.marks[path] = true
		}
	}
}

// targets returns the rows that a command is for: those that are marked, also where a filter
// hides them, else the one with the cursor. It returns the first ones, at most so many.
func (p *pane) targets(most int) (rows []row) {
	if len(p.marks) == 0 {
		if r, ok := p.current(); ok && r.path != "" {
			rows = append(rows, r)
		}
		return rows
	}
	most = min(most, len(p.marks))
	for r := range p.rows.all() {
		if len(rows) == most {
			break
		}
		if p.marks[r.path] {
			rows = append(rows, r)
		}
	}
	return rows
}
