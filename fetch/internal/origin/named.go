package origin

import (
	"context"

	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// endsUnnamed reports whether a response only tells that the file ends before the range
// that was asked for, where the caller does not know, and not which version that is. A 416
// has neither ETag nor date at most servers.
func (r *Response) endsUnnamed(q Request) bool {
	v := r.Validator
	return r.Range.Empty() && !r.Whole && !r.Unchanged && v.Size > 0 && v.Size != q.Known && v.ETag == "" && v.Modified == ""
}

// named returns a response to q once it names the version of the file that ends so: the
// last byte is asked for. What follows would be streamed otherwise, for want of a
// validator.
func (c *Client) named(ctx context.Context, q Request, w *watchdog, r *Response) (*Response, error) {
	if !r.endsUnnamed(q) {
		return r, nil
	}
	_ = r.body.Close() // it has none
	size := r.Validator.Size
	q.Range, q.Known, q.IfRange, q.Unless = ranges.Range{Start: size - 1, End: size}, size, "", validator.Validator{}
	w.moved()
	last, err := c.get(ctx, q, w)
	if err != nil {
		return nil, err
	}
	_ = last.body.Close() // nothing more is wanted of it
	if last.Validator.Size == size {
		r.Validator = last.Validator
	}
	return r, nil
}
