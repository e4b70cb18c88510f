// Package messages owns the form in which the program speaks to its user: the prefix
// "tunesfs: ", one failure a line, and a log in the same form. The rules stand in
// the documentation of the command.
//
// It must never know what failed, nor which command runs. Open messages.go first.
package messages

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/tunesfs/tunesfs/internal/plain"
	"github.com/tunesfs/tunesfs/internal/terminal"
)

// Prefix begins every line that is not a result.
const Prefix = "tunesfs: "

var (
	// ErrReported ends a command whose failures have been reported one by one.
	ErrReported = errors.New("already reported")

	// ErrInterrupted ends a command that a signal cut short.
	ErrInterrupted = errors.New("interrupted")
)

// A UsageError is a command line that makes no sense.
type UsageError struct {
	Err  error
	Hint string // what to run to learn more; empty if err says it all
}

func (e *UsageError) Error() string { return e.Err.Error() }
func (e *UsageError) Unwrap() error { return e.Err }

// Report tells the user of err in the program's voice.
func Report(w io.Writer, err error) {
	if err == nil || errors.Is(err, ErrReported) {
		return
	}
	text := strings.TrimSpace(plain.Text(err)) // some of go-fuse's end with a newline
	fmt.Fprintln(w, Prefix+terminal.Visible(WithoutSecrets(text)))
	if usage, ok := errors.AsType[*UsageError](err); ok && usage.Hint != "" {
		fmt.Fprintf(w, "%ssee '%s'\n", Prefix, usage.Hint)
	}
}

// Of an address that stands in a message these may be secrets: its user, and its query. A
// path that was made of it may have one slash less, and what was typed none: then a user is
// told by its password, and a query by the colon before it.
var (
	addressUser  = regexp.MustCompile(`(:/{1,2})[^/\s"']*@`)
	addressQuery = regexp.MustCompile(`(:/{1,2}[^?\s"']+\?)[^\s"']*[^\s"':;,.]`)
	bareUser     = regexp.MustCompile(`[^/\s"':]+:[^/\s"']*@`)
	bareQuery    = regexp.MustCompile(`(\w:\?)[^\s"']*[^\s"':;,.]`)
)

// WithoutSecrets returns a message in which no address has a user or a query: somebody may
// have typed it in a place that repeats its words.
func WithoutSecrets(text string) string {
	text = bareUser.ReplaceAllString(addressUser.ReplaceAllString(text, "$1"), "")
	return bareQuery.ReplaceAllString(addressQuery.ReplaceAllString(text, "$1..."), "$1...")
}
