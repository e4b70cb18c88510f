package draw

import (
	"fmt"
	"strings"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/cells"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
)

// searchLabel stands before the search field.
const (
	searchLabel = " Search: "
	filterLabel = " Filter: "
)

// tabs returns the names of the two screens, with a space on both sides.
func (p *Picture) tabs() [2]string {
	names := [...]string{" Catalog ", " Downloads "}
	if n := p.Total.Moving(); n > 0 {
		names[1] = fmt.Sprintf(" Downloads %d ", n)
	}
	return names
}

// title returns the first line: the catalog, and the two screens.
func (p *Picture) title() string {
	names := p.tabs()
	tabs := " "
	for i, name := range names {
		if (i == 1) == p.Downloads {
			name = styles.tab.Render("[" + name[1:len(name)-1] + "]")
		}
		tabs += name
	}
	where := " " + p.Source + "  " + p.Dir
	width := 1 + cells.Width(names[0]) + cells.Width(names[1])
	if width+8 > p.Width {
		return styles.title.Render(cells.Left(where, p.Width))
	}
	return styles.title.Render(cells.Left(where, p.Width-width)) + tabs
}

// TabAt returns which of the two screens is named in a column of the first line.
func TabAt(p *Picture, column int) (downloads, ok bool) {
	names := p.tabs()
	second := p.Width - cells.Width(names[1])
	first := second - cells.Width(names[0])
	if first-1 < 8 || column < first {
		return false, false
	}
	return column >= second, true
}

// Label returns the text before the search field.
func (p *Picture) Label() string {
	if p.Input != nil && p.Input.Filter {
		return filterLabel
	}
	return searchLabel
}

// field returns the search field.
func (p *Picture) field() string {
	label := p.Label()
	width := p.Width - len(label)
	if width < 1 {
		return cells.Left(label, p.Width)
	}
	if p.Input != nil {
		return styles.key.Render(label) + cells.Left(p.Input.Text, width)
	}
	switch f := p.Folder; {
	case f.Query != "" && !p.Downloads:
		return label + cells.Left(f.Query+"  …  Esc calls it off", width)
	case f.Filter != "" && !p.Downloads:
		return filterLabel + cells.Left(f.Filter+"  (Esc ends it)", width)
	case p.Root >= 0:
		return label + cells.Left(p.Roots[p.Root].Name, width)
	}
	return label + styles.dim.Render(cells.Left("press / and type", width))
}

// heading returns the line above the list: where it is from, and how it is sorted.
func (p *Picture) heading() string {
	left, right := p.headingLeft(), cells.Cut(p.headingRight(), p.Width)
	room := p.Width - cells.Width(right) - 1
	if room < 8 {
		return styles.title.Render(cells.Left(left, p.Width))
	}
	text := cells.CutLeft(left, room)
	return styles.title.Render(text+cells.Spaces(room-cells.Width(text))) + styles.dim.Render(right+" ")
}

func (p *Picture) headingLeft() string {
	switch {
	case p.Downloads && p.Within != "" && p.List.Count == 1 && p.List.Rows[0].Path == p.Within:
		return " Track " + strings.ReplaceAll(p.Within, "/", " / ")
	case p.Downloads && p.Within != "":
		return " Downloads in " + strings.ReplaceAll(p.Within, "/", " / ")
	case p.Downloads:
		return " Downloads"
	case p.Folder.Title != "":
		return " " + p.Folder.Title
	case p.Folder.Path == "":
		return " All searches and folders"
	}
	return " " + strings.ReplaceAll(p.Folder.Path, "/", " / ")
}

func (p *Picture) headingRight() string {
	if p.Downloads {
		return words.Counted(p.List.Count, "track")
	}
	f, right := p.Folder, words.Counted(p.List.Count, "row")
	if f.Filter != "" {
		right = fmt.Sprintf("%d of %s", p.List.Count, words.Counted(f.Entries, "row"))
	}
	if f.Loading {
		right += " …"
	}
	if f.Order != "" {
		right += ", " + f.Order
	}
	return right
}
