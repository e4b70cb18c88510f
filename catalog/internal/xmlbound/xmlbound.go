// Package xmlbound refuses XML that is hostile to its parser. What a parser
// builds, and how deep it calls itself, grows with the tags of a document: one
// of few bytes could otherwise take gigabytes, or all of the stack.
//
// It owns the bounds and their errors. It must never know what a document means.
// Everything is in xmlbound.go: Check first, then Reader.
package xmlbound

import (
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
)

// What a document may consist of.
const (
	MaxToken    = 1 << 20   // bytes of a tag or a text
	MaxElements = 1_000_000 // and attributes, where Options do not say otherwise

	maxDepth      = 100
	maxAttributes = 100 // of an element
)

// ErrTooMuch is what a document fails with that has more. It is
// catalog.ErrBadResponse.
var ErrTooMuch = fmt.Errorf("%w: more in it than in any honest document", catalog.ErrBadResponse)

// Options say how a document is read.
type Options struct {
	// CharsetReader is that of the parser's xml.Decoder.
	CharsetReader func(label string, input io.Reader) (io.Reader, error)

	// Rows are names of elements, in lower case, of which there may be MaxRows.
	Rows    []string
	MaxRows int

	// Needed are names of elements, in lower case, one of which there must be; none
	// if it is empty.
	Needed []string

	// MaxElements is how many elements and attributes there may be; 0 is the
	// constant of this name.
	MaxElements int
}

// Check reads the root element of a document as a lenient parser does, and
// builds nothing. What follows the root it leaves alone. It fails with
// ErrTooMuch, or with catalog.ErrBadResponse if it is no XML or lacks what is needed.
func Check(ctx context.Context, data []byte, opt Options) error {
	_, err := Count(ctx, data, opt)
	return err
}

// Count is Check, and returns how many rows there are.
func Count(ctx context.Context, data []byte, opt Options) (rows int, err error) {
	source := &reader{Reader: Reader(ctx, data)}
	d := xml.NewDecoder(source)
	d.Strict = false
	d.CharsetReader = opt.CharsetReader
	seen := count{opt: opt, needed: len(opt.Needed) == 0}
	for {
		source.left = MaxToken
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF):
			return seen.rows, seen.end()
		case ctx.Err() != nil:
			return 0, ctx.Err()
		case errors.Is(err, ErrTooMuch):
			return 0, ErrTooMuch
		case err != nil:
			return 0, Error(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if !seen.start(t) {
				return 0, ErrTooMuch
			}
		case xml.EndElement:
			if seen.depth--; seen.depth == 0 {
				return seen.rows, seen.end()
			}
		}
	}
}

// Error makes an error of an XML decoder catalog.ErrBadResponse, in words that
// can be shown.
func Error(err error) error {
	return fmt.Errorf("%w: %.200s", catalog.ErrBadResponse, catalog.SanitizeText(err.Error()))
}

// A count is what a document consists of, as far as it was read.
type count struct {
	opt              Options
	depth, all, rows int
	needed           bool // was there
}

// end returns the error of a document that has no more.
func (c *count) end() error {
	if !c.needed {
		return fmt.Errorf("%w: no %s in it", catalog.ErrBadResponse, strings.Join(c.opt.Needed, " or "))
	}
	return nil
}

// start reports whether another element is within bounds.
func (c *count) start(t xml.StartElement) bool {
	c.depth++
	c.all += 1 + len(t.Attr)
	name := strings.ToLower(t.Name.Local)
	if slices.Contains(c.opt.Rows, name) {
		c.rows++
	}
	c.needed = c.needed || slices.Contains(c.opt.Needed, name)
	return c.depth <= maxDepth && c.all <= cmp.Or(c.opt.MaxElements, MaxElements) && c.rows <= c.opt.MaxRows && len(t.Attr) <= maxAttributes
}

// A reader fails once it was read too far for one token.
type reader struct {
	io.Reader
	left int
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, ErrTooMuch
	}
	n, err := r.Reader.Read(p)
	r.left -= n
	return n, err
}

// Reader returns a reader of data that fails once ctx has ended, which ends
// whoever takes too long over it.
func Reader(ctx context.Context, data []byte) io.Reader {
	return interruptible{ctx, bytes.NewReader(data)}
}

type interruptible struct {
	ctx context.Context
	io.Reader
}

// Read implements io.Reader.
func (r interruptible) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}
