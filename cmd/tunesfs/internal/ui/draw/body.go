package draw

import (
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/cells"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
)

// body returns the lines of the list, with the folders and the details beside it.
func (p *Picture) body(l Layout) []string {
	var list []string
	switch {
	case p.Overlay.Help != nil:
		list = p.scrolled(p.help(l.List), l.List, l.Rows)
	case p.covers():
		list = p.scrolled(p.details(l.List), l.List, l.Rows)
	default:
		list = p.list(l.List, l.Rows)
	}
	side := p.side(l.Side, l.Rows)
	var details []string
	if l.Details > 0 {
		details = p.scrolled(p.details(l.Details), l.Details, l.Rows)
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
func (p *Picture) list(width, height int) []string {
	lines := make([]string, 0, height)
	for i := range p.List.Rows {
		lines = append(lines, p.row(&p.List.Rows[i], width))
	}
	if rest := height - len(lines); rest > 0 {
		lines = append(lines, fill(wrapAll(p.emptyTexts(), width, rest), width, rest)...)
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
func (p *Picture) emptyTexts() []string {
	switch f := p.Folder; {
	case p.Downloads && p.List.Count == 0:
		return []string{"Nothing is downloading. Press Tab to go back, and d on a track or a folder."}
	case p.Downloads:
		return nil
	case errors.Is(f.Err, client.ErrDenied): // for good
		return []string{"! " + errorText(f.Err)}
	case f.Err != nil:
		return []string{"! " + errorText(f.Err), "Press r to try again."}
	case f.Loading && f.Query != "":
		return []string{"Searching for " + f.Query + " …" + p.waited("Esc calls it off.")}
	case f.Loading && f.Path != "":
		return []string{"Listing …" + p.waited("← goes back.")}
	case f.Loading:
		return []string{"Listing …" + p.waited("")}
	case p.List.Count > 0:
		return nil
	case f.Filter != "":
		return []string{"No name has " + f.Filter + ". Press Esc to end the filter."}
	case f.Path == "":
		return []string{"There are no searches yet. Press / and type words of a title or an artist."}
	}
	return []string{"Nothing was found. Press / to search for something else."}
}

// waited says how long a folder that has no rows yet takes, and which key ends that.
func (p *Picture) waited(advice string) string {
	const soon = 3 * time.Second
	took := p.Now.Sub(p.Folder.Began)
	if took < soon {
		return ""
	}
	return strings.TrimRight(fmt.Sprintf(" %d s. %s", took/time.Second, advice), " ")
}

// side returns the folders of the root and, below the open one, the folders that lead
// to the list.
func (p *Picture) side(width, height int) []string {
	if width == 0 {
		return nil
	}
	lines, at := p.sideRows()
	first := sideTop(len(lines), at, height)
	texts := make([]string, height)
	for i := range texts {
		if first+i >= len(lines) {
			texts[i] = cells.Spaces(width)
			continue
		}
		line := lines[first+i]
		texts[i] = cells.Left(line.text, width)
		if first+i == at && !p.Downloads {
			texts[i] = styles.title.Render(texts[i])
		}
	}
	return texts
}

// sideTop returns the first line that shows: the open folder is in the middle.
func sideTop(count, at, height int) int { return max(min(at-height/2, count-height), 0) }

// SidePath returns the folder in a line beside the list.
func SidePath(p *Picture, line int) (folder string, ok bool) {
	lines, at := p.sideRows()
	if line += sideTop(len(lines), at, p.layout().Rows); line >= len(lines) {
		return "", false
	}
	return lines[line].path, true
}

// A sideRow is a line beside the list.
type sideRow struct{ text, path string }

// sideRows returns all lines beside the list, and which is the folder that is open.
func (p *Picture) sideRows() (rows []sideRow, at int) {
	at = -1
	sign := func(path string) string {
		if path == p.Folder.Path && p.Folder.Title == "" {
			at = len(rows)
			return ">"
		}
		return " "
	}
	rows = append(rows, sideRow{sign("") + " " + path.Base(p.Dir) + "/", ""})
	for i, e := range p.Roots {
		rows = append(rows, sideRow{sign(e.Path) + "  " + e.Name, e.Path})
		if i != p.Root {
			continue
		}
		below := strings.TrimPrefix(strings.TrimPrefix(p.Folder.Path, e.Path), "/")
		folder, indent := e.Path, 4
		for name := range strings.SplitSeq(below, "/") {
			if name == "" {
				continue
			}
			folder += "/" + name
			rows = append(rows, sideRow{sign(folder) + cells.Spaces(indent) + name, folder})
			indent += 2
		}
	}
	return rows, at
}
