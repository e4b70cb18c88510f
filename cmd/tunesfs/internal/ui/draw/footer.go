package draw

import (
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/cells"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
)

// narrow is the width below which the footer has no room for the key that quits.
const narrow = 50

// maxMessage bounds the lines of a message.
const maxMessage = 6

// A Hint is a key in the footer, which takes clicks.
type Hint struct {
	Key
	From, To int // its cells
}

// Hints returns the keys of the footer, as many as fit in a width. The keys for help and to
// quit always do.
func Hints(keys []Key, width int) []Hint {
	var some, always []Hint
	for _, k := range keys {
		if h := (Hint{Key: k}); k.Press == "?" || k.Press == "q" && width >= narrow {
			always = append(always, h)
		} else {
			some = append(some, h)
		}
	}
	left := width + 2 // no space is behind the last key
	for _, h := range always {
		left -= h.width() + 2
	}
	hints := some[:0]
	for _, h := range some {
		if left -= h.width() + 2; left < 0 {
			break
		}
		hints = append(hints, h)
	}
	hints = append(hints, always...)
	at := 0
	for i := range hints {
		hints[i].From, hints[i].To = at, at+hints[i].width()
		at = hints[i].To + 2
	}
	return hints
}

func (h Hint) width() int { return cells.Width(h.Name) + 1 + cells.Width(h.Text) }

// keyLine returns a line that names a key, and then others.
func (p *Picture) keyLine(key, text string) string {
	key = cells.Cut(key, p.Width)
	return styles.key.Render(key) + cells.Left(text, p.Width-cells.Width(key))
}

// footer returns the last line.
func (p *Picture) footer() string {
	switch {
	case p.Footer.Question != "":
		return p.keyLine("y", " yes  any other key: no")
	case p.Input != nil && p.Input.Filter:
		return p.keyLine("⏎", " keep the filter  Esc end it")
	case p.Input != nil:
		return p.keyLine("⏎", " search  Esc back")
	case p.Overlay.Help != nil:
		return p.keyLine("↑ ↓", " ␣ scroll  Esc back")
	}
	var line strings.Builder
	end := 0
	for _, h := range Hints(p.Footer.Keys, p.Width) {
		if h.To > p.Width {
			break
		}
		line.WriteString(cells.Spaces(h.From - end))
		line.WriteString(styles.key.Render(h.Name) + " " + h.Text)
		end = h.To
	}
	return line.String() + cells.Spaces(p.Width-end)
}

// message returns the lines above: a question, a warning, an error or a message, as many
// lines as it needs, or one line with the state of the row with the cursor.
func (p *Picture) message() []string {
	switch f := p.Footer; {
	case f.Question != "":
		return p.wrapped(f.Question, styles.key)
	case f.Warning != "":
		return p.wrapped("! "+f.Warning, styles.bad)
	case f.Message != "" && f.Wrong:
		return p.wrapped("! "+f.Message, styles.bad)
	case f.Message != "":
		return p.wrapped(f.Message, lipgloss.NewStyle())
	}
	return []string{styles.dim.Render(cells.Left(p.aboutRow(), p.Width))}
}

// wrapped returns the lines of a text, and leaves lines of the list.
func (p *Picture) wrapped(text string, style lipgloss.Style) []string {
	lines := cells.Wrap(text, p.Width, max(min(p.layout().Rows-1, maxMessage), 1))
	for i, line := range lines {
		lines[i] = style.Render(cells.Left(line, p.Width))
	}
	return lines
}

// MessageLines returns how many lines the message takes.
func MessageLines(p *Picture) int { return len(p.message()) }

// aboutRow returns the state of the row with the cursor, in more words than its column.
func (p *Picture) aboutRow() string {
	if p.List.Marked > 0 {
		return words.Counted(p.List.Marked, "row") + " marked"
	}
	if p.List.Current == nil {
		return ""
	}
	t := &p.List.Current.Status
	switch {
	case t.Error != "":
		return "! " + t.Error
	case t.Waiting != "":
		return "waiting for its bytes: " + t.Waiting
	case t.FactsErr != nil:
		return errorText(t.FactsErr)
	case t.State == tracks.Downloading:
		return strings.TrimSpace(t.Label() + "  " + p.rateText(t))
	case t.Folder && t.State == tracks.Empty:
		return noTracks
	case t.Progress != "" && t.Progress != client.NothingYet && (t.Folder || t.Held > 0):
		return strings.TrimSpace(t.State + "  " + t.Progress)
	}
	return t.State
}
