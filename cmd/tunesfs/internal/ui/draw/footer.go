package draw

import (
	"strings"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/cells"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
)

// narrow is the width below which the footer has no room for the key that quits.
const narrow = 50

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
	left := width
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
func (s *Screen) keyLine(key, text string) string {
	key = cells.Cut(key, s.Width)
	return styles.key.Render(key) + cells.Left(text, s.Width-cells.Width(key))
}

// footer returns the last line.
func (s *Screen) footer() string {
	switch {
	case s.Footer.Question != "":
		return s.keyLine("y", " yes  any other key: no")
	case s.Input != nil && s.Input.Filter:
		return s.keyLine("⏎", " keep the filter  Esc end it")
	case s.Input != nil:
		return s.keyLine("⏎", " search  Esc back")
	case s.Overlay.Help != nil:
		return s.keyLine("↑ ↓", " scroll  any other key: back")
	}
	var line strings.Builder
	end := 0
	for _, h := range Hints(s.Footer.Keys, s.Width) {
		if h.To > s.Width {
			break
		}
		line.WriteString(cells.Spaces(h.From - end))
		line.WriteString(styles.key.Render(h.Name) + " " + h.Text)
		end = h.To
	}
	return line.String() + cells.Spaces(s.Width-end)
}

// message returns the line above: a question, an error, a message, or the state of
// the row with the cursor.
func (s *Screen) message() string {
	switch f := s.Footer; {
	case f.Question != "":
		return styles.key.Render(cells.Left(f.Question, s.Width))
	case f.Warning != "":
		return styles.bad.Render(cells.Left("! "+f.Warning, s.Width))
	case f.Message != "" && f.Wrong:
		return styles.bad.Render(cells.Left("! "+f.Message, s.Width))
	case f.Message != "":
		return cells.Left(f.Message, s.Width)
	}
	return styles.dim.Render(cells.Left(s.aboutRow(), s.Width))
}

// aboutRow returns the state of the row with the cursor, in more words than its column.
func (s *Screen) aboutRow() string {
	if s.List.Marked > 0 {
		return words.Counted(s.List.Marked, "row") + " marked"
	}
	if s.List.Current == nil {
		return ""
	}
	t := &s.List.Current.Status
	switch {
	case t.Error != "":
		return "! " + t.Error
	case t.Waiting != "":
		return "waiting for its bytes: " + t.Waiting
	case t.FactsErr != nil:
		return errorText(t.FactsErr)
	case t.State == tracks.Downloading:
		return strings.TrimSpace(t.Progress + "  " + s.rateText(t))
	case t.Progress != "" && (t.Folder || t.Held > 0):
		return strings.TrimSpace(t.State + "  " + t.Progress)
	}
	return t.State
}
