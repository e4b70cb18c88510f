// Package terminal owns how text reaches the terminals of people: what others wrote,
// such as certificates, proxies, servers and files, cannot move the cursor, set a
// title, turn the direction of writing or hide.
//
// It must never know what the text says.
//
// Open terminal.go first: Writer. visible.go says what is shown instead, emoji.go which
// joiners, selectors and marks show.
package terminal

import (
	"io"
	"os"
	"sync"
	"unicode/utf8"

	"golang.org/x/term"
)

// A Writer passes text on to another one as [Visible] shows it. It may be used by
// several goroutines at a time, as far as the other may.
type Writer struct {
	to io.Writer

	mu      sync.Mutex // guards what follows
	partial []byte     // the start of a character that the next Write ends
	before  before     // of partial
}

// NewWriter returns a Writer to w, or w if it is one.
func NewWriter(w io.Writer) io.Writer {
	if _, ok := w.(*Writer); ok {
		return w
	}
	return &Writer{to: w}
}

// Underlying returns what a Writer passes text on to; any other writer is returned as
// it is. What is written there must not have been written by others.
func Underlying(w io.Writer) io.Writer {
	if t, ok := w.(*Writer); ok {
		return t.to
	}
	return w
}

// Exact returns what to write a text to that programs read: what a Writer passes text
// on to, unless that is a terminal.
func Exact(w io.Writer) io.Writer {
	to := Underlying(w)
	if Is(to) {
		return w
	}
	return to
}

// Is reports whether an io.Reader or io.Writer is the file of a terminal.
func Is(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// Write implements io.Writer.
func (t *Writer) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := append(t.partial, p...)
	whole := len(text) - unfinished(text)
	t.partial = append([]byte(nil), text[whole:]...)
	if _, err := io.WriteString(t.to, t.before.escape(string(text[:whole]), isHiddenInText)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// unfinished returns how many bytes at the end of a text wait for more: they begin a
// character, or the next character decides whether they show.
func unfinished(text []byte) int {
	n := partLen(text)
	switch r, size := utf8.DecodeLastRune(text[:len(text)-n]); r {
	case joiner, emojiSelector, textSelector:
		n += size
	}
	return n
}

// partLen returns how many bytes at the end of a text may begin a character.
func partLen(text []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if end := text[len(text)-n:]; utf8.RuneStart(end[0]) {
			if utf8.FullRune(end) {
				return 0
			}
			return n
		}
	}
	return 0
}
