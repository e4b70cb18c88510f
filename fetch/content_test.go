package fetch

import (
	"bytes"
	"context"
	"testing"
)

// A file that came with its location is read without a request, in any part,
// and asked for again by the next session, which knows only where it was from.
func TestContent(t *testing.T) {
	content := bytes.Repeat([]byte("words\n"), 10_000)
	bubble(t, func(f *fixture) {
		asked := 0
		f.opt.Locate = func(context.Context, string) (Location, error) {
			asked++
			return Location{URL: f.origin.URL("a"), Content: content}, nil
		}
		f.reopen()
		for range 2 {
			d := f.Store.Download(Remote{Key: "words", Size: -1})
			if size, err := d.Size(f.t.Context()); err != nil || size != int64(len(content)) {
				f.t.Errorf("size %d, %v", size, err)
			}
			r := d.NewReader()
			for _, off := range []int{0, 30_000, 59_990, 10} {
				got := make([]byte, 10)
				if _, err := r.ReadAt(f.t.Context(), got, int64(off)); err != nil || !bytes.Equal(got, content[off:off+10]) {
					f.t.Errorf("at %d: %q, %v", off, got, err)
				}
			}
			r.Close()
			if err := d.Control(f.t.Context(), Evict); err != nil {
				f.t.Error(err)
			}
			f.reopen()
		}
		if n := len(f.origin.Requests()); n > 0 || asked != 2 {
			f.t.Errorf("%d requests, located %d times", n, asked)
		}
	}, file("a", mb))
}
