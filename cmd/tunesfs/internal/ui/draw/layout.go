package draw

import (
	"charm.land/lipgloss/v2"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/cells"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
)

// The styles use the colors that users chose for their terminals, and nothing is told by
// a color alone.
var styles = newStyles()

type styleSet struct {
	title, tab, cursor, dim, line, good, bad, busy, held, key lipgloss.Style
}

func newStyles() styleSet {
	plain := lipgloss.NewStyle()
	return styleSet{
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

// A Layout says where the parts of the screen are. All widths are in cells.
type Layout struct {
	Side    int // width of the list of searches; 0 if there is none
	List    int // width of the list
	Details int // width of the details beside it; 0 if there are none
	Field   int // the line of the search field
	Top     int // lines above the list
	Rows    int // lines of the list
	Tall    bool
}

// LayoutOf divides a screen, which has details over or beside the list.
func LayoutOf(width, height int, details bool) Layout {
	l := Layout{List: width, Tall: height >= tallFrom}
	if width >= sideFrom {
		l.Side = min(max(width/6, sideLeast), sideMost)
		l.List -= l.Side + 1
	}
	if details && width >= detailsFrom {
		l.Details = detailsWidth
		l.List -= l.Details + 1
	}
	bottom := 2 // message, keys
	l.Top = 1   // search
	if l.Tall {
		l.Field = 1 // below the title
		l.Top += 2  // title, heading
		bottom++    // total
	}
	l.Rows = max(height-l.Top-bottom, 1)
	return l
}

func (p *Picture) layout() Layout { return LayoutOf(p.Width, p.Height, p.Overlay.Details) }

// covers reports whether the overlay hides the list.
func (p *Picture) covers() bool {
	return p.Overlay.Help != nil || p.Overlay.Details && p.layout().Details == 0
}

// Hidden returns how many lines of the overlay do not fit.
func Hidden(p *Picture) int {
	l := p.layout()
	lines := p.details(l.Details)
	switch {
	case p.Overlay.Help != nil:
		lines = p.help(l.List)
	case p.covers():
		lines = p.details(l.List)
	}
	return max(len(lines)-shownOf(lines, l.Rows), 0)
}

// shownOf returns how many lines of an overlay show at a time: where some do not, the last
// line says so.
func shownOf(lines []string, height int) int {
	if len(lines) > height && height > 2 {
		return height - 1
	}
	return height
}

// scrolled returns the lines of the overlay that show.
func (p *Picture) scrolled(lines []string, width, height int) []string {
	rows := shownOf(lines, height)
	top := max(min(p.Overlay.Top, len(lines)-rows), 0)
	if rows == height {
		return fill(lines[top:], width, height)
	}
	sign := "   ↑ more"
	if below := len(lines) - top - rows; below > 0 {
		sign = "   ↓ " + words.Counted(below, "more line")
	}
	return append(fill(lines[top:], width, rows), styles.dim.Render(cells.Left(sign, width)))
}
