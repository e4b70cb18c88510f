package fetch

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/tunesfs/tunesfs/fetch/internal/origin"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// errIfRangeIgnored says that a server answered If-Range with the same file from its
// start.
var errIfRangeIgnored = errors.New("If-Range answered with the same file from the start")

// errOtherVersion says that a response is of another version than the held bytes.
var errOtherVersion = errors.New("a response of another version")

// errDoubted says that a response contradicts what is known of the file, and that
// another request is to decide.
var errDoubted = errors.New("a response that contradicts what is known")

// errUndecided is the failure of a file of which every response says something else.
var errUndecided = fmt.Errorf("%w: every response contradicts those before", ErrBadResponse)

// A sink is where a transfer puts the bytes that arrive. It knows which version of
// the file they have to be of.
type sink interface {
	// request returns the range to ask for, and on which condition.
	request() origin.Request

	// accept decides whether the body of a response belongs into the sink.
	accept(*origin.Response) error

	// take keeps bytes that belong at off, and reports whether more are wanted.
	take(ctx context.Context, b []byte, off int64) (more bool, err error)

	// end notes that the file ended at size, which was not told before. framed is
	// whether that is certain.
	end(size int64, framed bool) error

	// close follows an accept without error.
	close()

	// shared reports whether anyone but the transfer's own caller waits for it.
	shared() bool
}

const chunkLen = 256 << 10

var chunks = sync.Pool{New: func() any { return new([chunkLen]byte) }}

// chunkFor returns a buffer to read a body into: a small one for a probe, since many
// come at a time.
func chunkFor(body ranges.Range) (chunk []byte, done func()) {
	if n := body.Len(); n <= probeLen {
		return make([]byte, n), func() {}
	}
	c := chunks.Get().(*[chunkLen]byte)
	return c[:], func() { chunks.Put(c) }
}
