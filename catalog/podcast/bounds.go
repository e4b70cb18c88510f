package podcast

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/net/html/charset"

	"github.com/tunesfs/tunesfs/catalog"
)

// What a feed may consist of. The parser builds all of it in memory and calls
// itself for elements within elements, so a hostile feed of few bytes could
// otherwise take gigabytes, or all of the stack.
const (
	maxDepth      = 100
	maxElements   = 1_000_000 // and attributes
	maxEpisodes   = 50_000
	maxAttributes = 100 // of an element
)

// checkBounds reads XML as the parser will, and builds nothing.
func checkBounds(ctx context.Context, data []byte) error {
	d := xml.NewDecoder(interruptible{ctx, bytes.NewReader(data)})
	d.Strict = false
	d.CharsetReader = charset.NewReaderLabel
	var seen elements
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		} else if ctx.Err() != nil {
			return ctx.Err()
		} else if err != nil {
			return fmt.Errorf("%w: %.200s", catalog.ErrBadResponse, catalog.CleanText(err.Error()))
		}
		switch t := token.(type) {
		case xml.StartElement:
			if !seen.start(t) {
				return fmt.Errorf("%w: more in it than in any feed", catalog.ErrBadResponse)
			}
		case xml.EndElement:
			if seen.depth--; seen.depth == 0 {
				return nil // the parser looks no further
			}
		}
	}
}

// elements counts what a document consists of.
type elements struct{ depth, all, episodes int }

// start reports whether another element is within bounds.
func (e *elements) start(t xml.StartElement) bool {
	e.depth++
	e.all += 1 + len(t.Attr)
	if name := strings.ToLower(t.Name.Local); name == "item" || name == "entry" {
		e.episodes++
	}
	return e.depth <= maxDepth && e.all <= maxElements && e.episodes <= maxEpisodes && len(t.Attr) <= maxAttributes
}

// printable returns a document without control characters, which XML does not
// allow and some feeds have.
func printable(data []byte) []byte {
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\uFEFF")))
	control := func(b byte) bool { return b < ' ' && b != '\t' && b != '\n' && b != '\r' }
	clean := make([]byte, 0, len(data))
	for _, b := range data {
		if !control(b) {
			clean = append(clean, b)
		}
	}
	return clean
}
