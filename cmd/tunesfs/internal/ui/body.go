package ui

import (
	"strings"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/cells"
)

// drawBody returns the lines of the list, with the folders and the details beside it.
func (m *Model) drawBody(l layout) []string {
	var list []string
	switch {
	case m.overlay == helpOverlay:
		list = m.drawHelp(l.list, l.rows)
	case m.covers():
		list = m.drawDetails(l.list, l.rows)
	default:
		list = m.drawList(l.list, l.rows)
	}
	side := m.drawSide(l.side, l.rows)
	var details []string
	if l.details > 0 {
		details = m.drawDetails(l.details, l.rows)
	}
	bar := m.styles.line.Render("│")
	lines := make([]string, l.rows)
	for i := range lines {
		if l.side > 0 {
			lines[i] = side[i] + bar
		}
		lines[i] += list[i]
		if l.details > 0 {
			lines[i] += bar + details[i]
		}
	}
	return lines
}

// fill brings lines to an exact number, each of an exact width.
func fill(texts []string, width, height int) []string {
	lines := make([]string, height)
	for i := range lines {
		text := ""
		if i < len(texts) {
			text = texts[i]
		}
		lines[i] = cells.Left(text, width)
	}
	return lines
}

// drawList returns the rows that show, or why there are none.
func (m *Model) drawList(width, height int) []string {
	p := m.pane()
	lines := make([]string, 0, height)
	for i := p.top; i < p.end(p.count()); i++ {
		r := p.row(i)
		lines = append(lines, m.drawRow(r, width, i == p.cursor, p.marks[r.path]))
	}
	if rest := height - len(lines); rest > 0 {
		lines = append(lines, fill(wrapAll(m.emptyTexts(), width, rest), width, rest)...)
	}
	return lines
}

// wrapAll wraps texts, each with a margin.
func wrapAll(texts []string, width, height int) (lines []string) {
	for _, text := range texts {
		for _, line := range cells.Wrap(text, width-margin, height) {
			lines = append(lines, cells.Spaces(margin)+line)
		}
	}
	return lines
}

// emptyTexts returns the texts below the rows.
func (m *Model) emptyTexts() []string {
	switch {
	case m.screen == transfers && m.pane().count() == 0:
		return []string{"Nothing is downloading. Press Tab to go back, and d on a track or a folder."}
	case m.screen == transfers:
		return nil
	case m.catalog.err != nil && m.catalog.title != "":
		return []string{"! " + errorText(m.catalog.err), "Press / to search for something else."}
	case m.catalog.err != nil:
		return []string{"! " + errorText(m.catalog.err), "Press r to try again."}
	case m.catalog.loading && m.catalog.search != nil:
		return []string{"Searching for " + m.catalog.search.query + " …"}
	case m.catalog.loading:
		return []string{"Listing …"}
	case m.pane().count() > 0:
		return nil
	case m.catalog.filter != "":
		return []string{"No name has " + m.catalog.filter + ". Press Esc to end the filter."}
	case m.catalog.folder == "":
		return []string{"There are no searches yet. Press / and type words of a title or an artist."}
	}
	return []string{"Nothing was found. Press / to search for something else."}
}

// drawSide returns the folders of the root and, below the open one, the folders that lead
// to the list.
func (m *Model) drawSide(width, height int) []string {
	if width == 0 {
		return nil
	}
	lines, at := m.sideRows()
	first := max(min(at-height/2, len(lines)-height), 0)
	texts := make([]string, height)
	for i := range texts {
		if first+i >= len(lines) {
			texts[i] = cells.Spaces(width)
			continue
		}
		line := lines[first+i]
		texts[i] = cells.Left(line.text, width)
		if first+i == at && m.screen == browse {
			texts[i] = m.styles.title.Render(texts[i])
		}
	}
	return texts
}

// A sideRow is a line beside the list.
type sideRow struct{ text, path string }

// sideRows returns all lines beside the list, and which is the folder that is open.
func (m *Model) sideRows() (rows []sideRow, at int) {
	at = -1
	sign := func(path string) string {
		if path == m.catalog.folder && m.catalog.title == "" {
			at = len(rows)
			return ">"
		}
		return " "
	}
	rows = append(rows, sideRow{sign("") + " All", ""})
	open := m.catalog.rootIndex()
	for i, e := range m.catalog.roots {
		rows = append(rows, sideRow{sign(e.Path) + "  " + e.Name, e.Path})
		if i != open {
			continue
		}
		below := strings.TrimPrefix(strings.TrimPrefix(m.catalog.folder, e.Path), "/")
		path, indent := e.Path, 4
		for name := range strings.SplitSeq(below, "/") {
			if name == "" {
				continue
			}
			path += "/" + name
			rows = append(rows, sideRow{sign(path) + cells.Spaces(indent) + name, path})
			indent += 2
		}
	}
	return rows, at
}
