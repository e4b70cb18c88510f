// Package skip counts the rows of a service's response that are no tracks, so
// that the log tells of them once.
//
// It owns the reasons, which are keys of the log. It must never decide whether a
// row is a track. Everything is in skip.go.
package skip

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
)

// A Reason is why a row is left out, as the log says it.
type Reason string

// The reasons there are.
const (
	NotHTTP  Reason = "not_http"        // an address that is never fetched, such as file:
	Missing  Reason = "without_address" // nothing to fetch
	Local    Reason = "local_files"     // relative to a file of this machine
	NotAudio Reason = "not_audio"
	Nested   Reason = "playlists" // lists within a list
	Outside  Reason = "outside"   // leads out of the folder
	TooDeep  Reason = "too_deep"
	Equal    Reason = "equal"  // there already
	Failed   Reason = "failed" // could not be read
)

// A Count is how often there was each reason. The zero value cannot be added
// to; make one.
type Count map[Reason]int

// Sum returns how many rows are left out in all.
func (c Count) Sum() (n int) {
	for _, of := range c {
		n += of
	}
	return n
}

// String names the reasons, and how often there was each.
func (c Count) String() string {
	var words []string
	for _, reason := range slices.Sorted(maps.Keys(c)) {
		words = append(words, fmt.Sprintf("%s %d", reason, c[reason]))
	}
	return strings.Join(words, ", ")
}

// Log tells of all that was left out of a response, if there was any: as a
// warning where an address is one that no honest service sends.
func (c Count) Log(ctx context.Context, log *slog.Logger, of string) {
	if len(c) == 0 {
		return
	}
	level := slog.LevelDebug
	if c[NotHTTP] > 0 {
		level = slog.LevelWarn
	}
	attrs := []slog.Attr{slog.String("of", of)}
	for _, reason := range slices.Sorted(maps.Keys(c)) {
		attrs = append(attrs, slog.Int(string(reason), c[reason]))
	}
	log.LogAttrs(ctx, level, "rows without usable audio left out", attrs...)
}
