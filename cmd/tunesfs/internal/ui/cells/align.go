package cells

import (
	"slices"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Align returns a frame for a terminal that keeps its columns in line there. Terminals do not
// agree how many cells a joined emoji takes: tmux 3.3 gives a family of three 2, an emulator
// that joins none gives it 6. So the cursor is put where the frame has it behind each cluster
// that is counted in more than one way. A picture that is smaller leaves cells blank.
func Align(frame []byte) []byte {
	if clusters.Load() || !slices.ContainsFunc(frame, func(b byte) bool { return b >= utf8.RuneSelf }) {
		return frame
	}
	var state byte
	out := make([]byte, 0, len(frame))
	for len(frame) > 0 {
		part, width, n, next := ansi.DecodeSequenceWc(frame, state, nil)
		if width > 0 && utf8.Valid(part) && ansi.StringWidth(string(part)) != width {
			out = append(out, ansi.SaveCursor+Spaces(width)+ansi.RestoreCursor...)
			out = append(out, part...)
			out = append(out, ansi.RestoreCursor+ansi.CursorForward(width)...)
		} else {
			out = append(out, frame[:n]...)
		}
		frame, state = frame[n:], next
	}
	return out
}
