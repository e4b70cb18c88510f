package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/cells"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
)

// searchLabel stands before the search field.
const (
	searchLabel = " Search: "
	filterLabel = " Filter: "
)

// view draws the screen.
func (m *Model) view() tea.View {
	v := tea.NewView(m.frame())
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	v.WindowTitle = cells.Cut("tunesfs "+m.source, 80)
	if at := m.input.Cursor(); m.editing != editNothing && at != nil {
		at.X += cells.Width(m.fieldLabel())
		at.Y = m.fieldLine()
		v.Cursor = at
	}
	return v
}

// frame returns all lines, each of exactly the width of the screen.
func (m *Model) frame() string {
	if m.width < 1 || m.height < 1 {
		return ""
	}
	l := m.layout()
	var lines []string
	if l.tall {
		lines = append(lines, m.drawTitle(), m.drawField(), m.drawHeading())
	} else {
		lines = append(lines, m.drawField())
	}
	lines = append(lines, m.drawBody(l)...)
	if l.tall {
		lines = append(lines, m.styles.dim.Render(cells.Left(m.tracks.Total().String(), m.width)))
	}
	lines = append(lines, m.drawMessage(), m.drawFooter())
	if over := len(lines) - m.height; over > 0 {
		lines = lines[over:]
	}
	return strings.Join(lines, "\n")
}

// drawTitle returns the first line: the catalog, and the two screens.
func (m *Model) drawTitle() string {
	names := [...]string{browse: " Catalog ", transfers: " Downloads "}
	if n := m.tracks.Total().Moving(); n > 0 {
		names[transfers] = fmt.Sprintf(" Downloads %d ", n)
	}
	tabs, width := " ", 1
	for s, name := range names {
		width += cells.Width(name)
		switch {
		case screen(s) == m.screen:
			tabs += m.styles.tab.Render("[" + name[1:len(name)-1] + "]")
		default:
			tabs += name
		}
	}
	where := " " + m.source + "  " + m.dir
	if width+8 > m.width {
		return m.styles.title.Render(cells.Left(where, m.width))
	}
	return m.styles.title.Render(cells.Left(where, m.width-width)) + tabs
}

func (m *Model) fieldLabel() string {
	if m.editing == editFilter {
		return filterLabel
	}
	return searchLabel
}

// fieldLine is the line of the search field.
func (m *Model) fieldLine() int {
	if m.layout().tall && m.height >= 6 {
		return 1
	}
	return max(m.layout().top-1, 0)
}

// drawField returns the search field.
func (m *Model) drawField() string {
	label := m.fieldLabel()
	width := m.width - len(label)
	if width < 1 {
		return cells.Left(label, m.width)
	}
	if m.editing != editNothing {
		m.input.SetWidth(max(width-1, 1))
		return m.styles.key.Render(label) + cells.Left(ansi.Strip(m.input.View()), width)
	}
	switch {
	case m.catalog.search != nil && m.screen == browse:
		return label + cells.Left(m.catalog.search.query+"  …  Esc calls it off", width)
	case m.catalog.filter != "" && m.screen == browse:
		return filterLabel + cells.Left(m.catalog.filter+"  (Esc ends it)", width)
	case m.catalog.rootIndex() >= 0:
		return label + cells.Left(m.catalog.roots[m.catalog.rootIndex()].Name, width)
	}
	return label + m.styles.dim.Render(cells.Left("press / and type", width))
}

// drawHeading returns the line above the list: where it is from, and how it is sorted.
func (m *Model) drawHeading() string {
	left := m.headingLeft()
	var right string
	if m.screen == browse {
		right = m.headingRight()
	} else {
		right = words.Counted(m.transfers.count(), "track")
	}
	right = cells.Cut(right, m.width)
	room := m.width - cells.Width(right) - 1
	if room < 8 {
		return m.styles.title.Render(cells.Left(left, m.width))
	}
	text := cells.CutLeft(left, room)
	return m.styles.title.Render(text+cells.Spaces(room-cells.Width(text))) + m.styles.dim.Render(right+" ")
}

func (m *Model) headingLeft() string {
	switch {
	case m.screen == transfers:
		return " Downloads"
	case m.catalog.title != "":
		return " " + m.catalog.title
	case m.catalog.folder == "":
		return " All searches and folders"
	}
	return " " + strings.ReplaceAll(m.catalog.folder, "/", " / ")
}

func (m *Model) headingRight() string {
	right := words.Counted(len(m.catalog.shown), "row")
	if m.catalog.filter != "" {
		right = fmt.Sprintf("%d of %s", len(m.catalog.shown), words.Counted(len(m.catalog.entries), "row"))
	}
	if m.catalog.loading {
		right += " …"
	}
	if m.catalog.sort != byCatalog {
		right += ", " + m.catalog.sort.String()
	}
	return right
}

// The styles use the colors that users chose for their terminals, and nothing is told by
// a color alone.
type styles struct {
	title, tab, cursor, dim, line, good, bad, busy, held, key lipgloss.Style
}

func newStyles() styles {
	plain := lipgloss.NewStyle()
	return styles{
		title:  plain.Bold(true),
		tab:    plain.Reverse(true),
		cursor: plain.Reverse(true),
		dim:    plain.Faint(true),
		line:   plain.Faint(true),
		good:   plain.Foreground(lipgloss.Green),
		bad:    plain.Foreground(lipgloss.Red).Bold(true),
		busy:   plain.Foreground(lipgloss.Cyan),
		held:   plain.Foreground(lipgloss.Yellow),
		key:    plain.Bold(true),
	}
}

const (
	// sideFrom is the width from which the searches show beside the list, and
	// sideLeast and sideMost how wide they are.
	sideFrom            = 100
	sideLeast, sideMost = 22, 36

	// detailsFrom is the width from which details show beside the list.
	detailsFrom  = 110
	detailsWidth = 44

	// tallFrom is the height from which there is a title, a total and a heading.
	tallFrom = 9
)

// A layout says where the parts of the screen are. All widths are in cells.
type layout struct {
	side    int // width of the list of searches; 0 if there is none
	list    int // width of the list
	details int // width of the details beside it; 0 if there are none
	top     int // lines above the list
	rows    int // lines of the list
	tall    bool
}

// layout divides the screen.
func (m *Model) layout() layout {
	l := layout{list: m.width, tall: m.height >= tallFrom}
	if m.width >= sideFrom {
		l.side = min(max(m.width/6, sideLeast), sideMost)
		l.list -= l.side + 1
	}
	if m.overlay == detailsOverlay && m.width >= detailsFrom {
		l.details = detailsWidth
		l.list -= l.details + 1
	}
	bottom := 2 // message, keys
	l.top = 1   // search
	if l.tall {
		l.top += 2 // Title, heading
		bottom++   // Total
	}
	l.rows = max(m.height-l.top-bottom, 1)
	return l
}
