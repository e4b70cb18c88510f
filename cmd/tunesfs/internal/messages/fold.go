package messages

import (
	"context"
	"log"
	"log/slog"
	"strings"
	"sync"
	"time"
	"unicode"
)

// How lines of other packages are folded.
const (
	foldTime  = time.Minute // lines of one form are counted for so long
	foldForms = 32          // forms that are told apart meanwhile
	maxLine   = 500         // bytes of a line that are taken
)

// A fold is where packages write that know no slog, such as net/http. A server can have
// them write without end, so of the lines of one form the first is logged, at level
// debug, and the others are counted.
type fold struct {
	log *slog.Logger

	mu    sync.Mutex // guards what follows
	since time.Time
	forms map[string]*foldedLine
	order []string // of forms, as they came
	other int      // lines of forms beyond foldForms
}

// A foldedLine is the last line of a form, and how many were not logged.
type foldedLine struct {
	text string
	more int
}

// FoldLog has what packages write by package log go to a log, folded, until restore is
// called: that logs what is still counted.
func FoldLog(to *slog.Logger) (restore func()) {
	flags, prefix, w := log.Flags(), log.Prefix(), log.Writer()
	f := &fold{log: to}
	log.SetFlags(0)
	log.SetPrefix("")
	log.SetOutput(f)
	return func() {
		log.SetFlags(flags)
		log.SetPrefix(prefix)
		log.SetOutput(w)
		f.mu.Lock()
		defer f.mu.Unlock()
		f.flushLocked()
	}
}

// Write takes one line, as package log writes it.
func (f *fold) Write(p []byte) (int, error) {
	if !f.log.Enabled(context.Background(), slog.LevelDebug) {
		return len(p), nil
	}
	f.add(strings.TrimSpace(string(p[:min(len(p), maxLine)])), time.Now())
	return len(p), nil
}

// add takes a line at a time.
func (f *fold) add(line string, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.forms == nil || now.Sub(f.since).Abs() >= foldTime {
		f.flushLocked()
		f.since, f.forms = now, make(map[string]*foldedLine)
	}
	form := formOf(line)
	switch known := f.forms[form]; {
	case known != nil:
		known.text = line
		known.more++
	case len(f.forms) == foldForms:
		f.other++
	default:
		f.forms[form] = &foldedLine{}
		f.order = append(f.order, form)
		f.log.Debug("a package of Go says", "text", line)
	}
}

// flushLocked logs the counts, a line for each form.
func (f *fold) flushLocked() {
	for _, form := range f.order {
		if l := f.forms[form]; l.more > 0 {
			f.log.Debug("a package of Go says", "text", l.text, "count", l.more)
		}
	}
	if f.other > 0 {
		f.log.Debug("a package of Go says more", "count", f.other)
	}
	f.forms, f.order, f.other = nil, nil, 0
}

// formOf returns what lines have in common that differ in numbers alone, or in what
// they quote of a server.
func formOf(line string) string {
	line, _, _ = strings.Cut(line, `"`)
	var b strings.Builder
	number := false
	for _, r := range line {
		if digit := unicode.IsDigit(r) || number && strings.ContainsRune("abcdefABCDEFx", r); !digit {
			b.WriteRune(r)
			number = false
		} else if !number {
			b.WriteByte('0')
			number = true
		}
	}
	return b.String()
}
