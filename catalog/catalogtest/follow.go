package catalogtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"unicode"

	"github.com/tunesfs/tunesfs/catalog"
)

// What Follow asks for at most.
const (
	followDepth = 4  // folders within each other
	followCalls = 40 // in all
)

// Follow lists the top of a Source and searches it for query, and follows each page and
// every folder that comes up, to a bounded depth. After each call it looks at what came
// and calls check with it. It returns the first fault; an error of the Source is none.
func Follow(ctx context.Context, src catalog.Source, query string, check func(catalog.Listing, error) error) error {
	f := walker{src: src, check: check, seen: map[string]bool{"": true}}
	for what, call := range map[string]func() (catalog.Listing, error){
		"top":    func() (catalog.Listing, error) { return src.List(ctx, "") },
		"search": func() (catalog.Listing, error) { return src.Search(ctx, query) },
	} {
		if err := f.follow(ctx, what, 0, call); err != nil {
			return err
		}
	}
	return nil
}

// A walker is the state of Follow.
type walker struct {
	src   catalog.Source
	check func(catalog.Listing, error) error
	seen  map[string]bool
	calls int
}

func (f *walker) follow(ctx context.Context, what string, depth int, call func() (catalog.Listing, error)) error {
	if f.calls++; f.calls > followCalls {
		return nil
	}
	l, err := call()
	if fault := errors.Join(f.check(l, err), soundResponse(l, err)); fault != nil {
		return fmt.Errorf("%s: %w", what, fault)
	}
	if pager, ok := f.src.(catalog.Pager); ok && l.Next != "" {
		more := func() (catalog.Listing, error) { return pager.More(ctx, l.Next) }
		if err := f.follow(ctx, "page after "+what, depth, more); err != nil {
			return err
		}
	}
	for _, folder := range l.Folders {
		if f.seen[folder.ID] || depth == followDepth {
			continue
		}
		f.seen[folder.ID] = true
		list := func() (catalog.Listing, error) { return f.src.List(ctx, folder.ID) }
		if err := f.follow(ctx, fmt.Sprintf("folder %.80q", folder.ID), depth+1, list); err != nil {
			return err
		}
	}
	return nil
}

// soundResponse looks at a listing, or at the error in its place.
func soundResponse(l catalog.Listing, err error) error {
	if err == nil {
		return soundListing(l)
	}
	words := err.Error()
	switch {
	case len(l.Tracks)+len(l.Folders) > 0:
		return fmt.Errorf("%d tracks and %d folders with an error: %w", len(l.Tracks), len(l.Folders), err)
	case len(words) > 1000 || strings.ContainsFunc(words, unicode.IsControl):
		return fmt.Errorf("an error in unfit words: %.200q", words)
	}
	return nil
}

// A Wire is an http.RoundTripper without a network, which answers at once.
type Wire func(*http.Request) (mediaType string, body []byte)

// RoundTrip implements http.RoundTripper.
func (w Wire) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	mediaType, body := w(r)
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {mediaType}},
		Body:   io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}

// A LogCounter is a slog.Handler that adds up the numbers in log lines, by their keys.
type LogCounter struct {
	mu   sync.Mutex
	sums map[string]int64 // guarded by mu
}

// Take returns the sums since the last Take.
func (c *LogCounter) Take() map[string]int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	sums := c.sums
	c.sums = nil
	return sums
}

// Whole compares a response of so many entries with what came of it: each has to be shown,
// or counted in the log, which it takes. One below 0 entries cannot be read, and has to
// be an error. Of a response that was refused, with err, nothing is wanted.
func (c *LogCounter) Whole(entries, shown int, err error, body string) error {
	for _, sum := range c.Take() {
		shown += int(sum)
	}
	switch {
	case err != nil:
		return nil
	case entries < 0:
		return fmt.Errorf("what cannot be read is a listing: %.2000s", body)
	case shown != entries:
		return fmt.Errorf("%d entries, %d shown or counted: %.2000q", entries, shown, body)
	}
	return nil
}

// Enabled implements slog.Handler.
func (c *LogCounter) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (c *LogCounter) Handle(_ context.Context, r slog.Record) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sums == nil {
		c.sums = map[string]int64{}
	}
	r.Attrs(func(a slog.Attr) bool {
		if a.Value.Kind() == slog.KindInt64 {
			c.sums[a.Key] += a.Value.Int64()
		}
		return true
	})
	return nil
}

// WithAttrs implements slog.Handler.
func (c *LogCounter) WithAttrs([]slog.Attr) slog.Handler { return c }

// WithGroup implements slog.Handler.
func (c *LogCounter) WithGroup(string) slog.Handler { return c }
