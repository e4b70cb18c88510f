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

// title returns the first line: the catalog, and the two screens.
func (s *Screen) title() string {
	names := [...]string{" Catalog ", " Downloads "}
	if n := s.Total.Moving(); n > 0 {
		names[1] = fmt.Sprintf(" Downloads %d ", n)
	}
	tabs, width := " ", 1
	for i, name := range names {
		width += cells.Width(name)
		if (i == 1) == s.Downloads {
			name = styles.tab.Render("[" + name[1:len(name)-1] + "]")
		}
		tabs += name
	}
	where := " " + s.Source + "  " + s.Dir
	if width+8 > s.Width {
		return styles.title.Render(cells.Left(where, s.Width))
	}
	return styles.title.Render(cells.Left(where, s.Width-width)) + tabs
}

// Label returns the text before the search field.
func (s *Screen) Label() string {
	if s.Input != nil && s.Input.Filter {
		return filterLabel
	}
	return searchLabel
}

// field returns the search field.
func (s *Screen) field() string {
	label := s.Label()
	width := s.Width - len(label)
	if width < 1 {
		return cells.Left(label, s.Width)
	}
	if s.Input != nil {
		return styles.key.Render(label) + cells.Left(s.Input.Text, width)
	}
	switch f := s.Folder; {
	case f.Query != "" && !s.Downloads:
		return label + cells.Left(f.Query+"  …  Esc calls it off", width)
	case f.Filter != "" && !s.Downloads:
		return filterLabel + cells.Left(f.Filter+"  (Esc ends it)", width)
	case s.Root >= 0:
		return label + cells.Left(s.Roots[s.Root].Name, width)
	}
	return label + styles.dim.Render(cells.Left("press / and type", width))
}

// heading returns the line above the list: where it is from, and how it is sorted.
func (s *Screen) heading() string {
	left, right := s.headingLeft(), cells.Cut(s.headingRight(), s.Width)
	room := s.Width - cells.Width(right) - 1
	if room < 8 {
		return styles.title.Render(cells.Left(left, s.Width))
	}
	text := cells.CutLeft(left, room)
	return styles.title.Render(text+cells.Spaces(room-cells.Width(text))) + styles.dim.Render(right+" ")
}

func (s *Screen) headingLeft() string {
	switch {
	case s.Downloads && s.Within != "":
		return " Downloads in " + strings.ReplaceAll(s.Within, "/", " / ")
	case s.Downloads:
		return " Downloads"
	case s.Folder.Title != "":
		return " " + s.Folder.Title
	case s.Folder.Path == "":
		return " All searches and folders"
	}
	return " " + strings.ReplaceAll(s.Folder.Path, "/", " / ")
}

func (s *Screen) headingRight() string {
	if s.Downloads {
		return words.Counted(s.List.Count, "track")
	}
	f, right := s.Folder, words.Counted(s.List.Count, "row")
	if f.Filter != "" {
		right = fmt.Sprintf("%d of %s", s.List.Count, words.Counted(f.Entries, "row"))
	}
	if f.Loading {
		right += " …"
	}
	if f.Order != "" {
		right += ", " + f.Order
	}
	return right
}
