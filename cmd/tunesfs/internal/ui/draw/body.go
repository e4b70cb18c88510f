package draw

import (
	"errors"
	"strings"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/cells"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
)

// body returns the lines of the list, with the folders and the details beside it.
func (s *Screen) body(l Layout) []string {
	var list []string
	switch {
	case s.Overlay.Help != nil:
		list = s.scrolled(s.help(l.List), l.List, l.Rows)
	case s.covers():
		list = s.scrolled(s.details(l.List), l.List, l.Rows)
	default:
		list = s.list(l.List, l.Rows)
	}
	side := s.side(l.Side, l.Rows)
	var details []string
	if l.Details > 0 {
		details = s.scrolled(s.details(l.Details), l.Details, l.Rows)
	}
	bar := styles.line.Render("│")
	lines := make([]string, l.Rows)
	for i := range lines {
		if l.Side > 0 {
			lines[i] = side[i] + bar
		}
		lines[i] += list[i]
		if l.Details > 0 {
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

// list returns the rows that show, or why there are none.
func (s *Screen) list(width, height int) []string {
	lines := make([]string, 0, height)
	for i := range s.List.Rows {
		lines = append(lines, s.row(&s.List.Rows[i], width))
	}
	if rest := height - len(lines); rest > 0 {
		lines = append(lines, fill(wrapAll(s.emptyTexts(), width, rest), width, rest)...)
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

// errorText puts an error of a listing into a sentence.
func errorText(err error) string {
	if errors.Is(err, client.ErrTooMany) {
		return "There are more entries than can be shown."
	}
	return words.Sentence(err)
}

// emptyTexts returns the texts below the rows.
func (s *Screen) emptyTexts() []string {
	switch f := s.Folder; {
	case s.Downloads && s.List.Count == 0:
		return []string{"Nothing is downloading. Press Tab to go back, and d on a track or a folder."}
	case s.Downloads:
		return nil
	case f.Err != nil && f.Title != "":
		return []string{"! " + errorText(f.Err), "Press / to search for something else."}
	case f.Err != nil:
		return []string{"! " + errorText(f.Err), "Press r to try again."}
	case f.Loading && f.Query != "":
		return []string{"Searching for " + f.Query + " …"}
	case f.Loading:
		return []string{"Listing …"}
	case s.List.Count > 0:
		return nil
	case f.Filter != "":
		return []string{"No name has " + f.Filter + ". Press Esc to end the filter."}
	case f.Path == "":
		return []string{"There are no searches yet. Press / and type words of a title or an artist."}
	}
	return []string{"Nothing was found. Press / to search for something else."}
}

// side returns the folders of the root and, below the open one, the folders that lead
// to the list.
func (s *Screen) side(width, height int) []string {
	if width == 0 {
		return nil
	}
	lines, at := s.sideRows()
	first := sideTop(len(lines), at, height)
	texts := make([]string, height)
	for i := range texts {
		if first+i >= len(lines) {
			texts[i] = cells.Spaces(width)
			continue
		}
		line := lines[first+i]
		texts[i] = cells.Left(line.text, width)
		if first+i == at && !s.Downloads {
			texts[i] = styles.title.Render(texts[i])
		}
	}
	return texts
}

// sideTop returns the first line that shows: the open folder is in the middle.
func sideTop(count, at, height int) int { return max(min(at-height/2, count-height), 0) }

// SidePath returns the folder in a line beside the list.
func SidePath(s *Screen, line int) (folder string, ok bool) {
	lines, at := s.sideRows()
	if line += sideTop(len(lines), at, s.layout().Rows); line >= len(lines) {
		return "", false
	}
	return lines[line].path, true
}

// A sideRow is a line beside the list.
type sideRow struct{ text, path string }

// sideRows returns all lines beside the list, and which is the folder that is open.
func (s *Screen) sideRows() (rows []sideRow, at int) {
	at = -1
	sign := func(path string) string {
		if path == s.Folder.Path && s.Folder.Title == "" {
			at = len(rows)
			return ">"
		}
		return " "
	}
	rows = append(rows, sideRow{sign("") + " All", ""})
	for i, e := range s.Roots {
		rows = append(rows, sideRow{sign(e.Path) + "  " + e.Name, e.Path})
		if i != s.Root {
			continue
		}
		below := strings.TrimPrefix(strings.TrimPrefix(s.Folder.Path, e.Path), "/")
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
