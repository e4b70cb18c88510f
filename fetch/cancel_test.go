package fetch

import (
	"errors"
	"testing"
)

// A handle that a Cancel has ended wants no bytes any more, though it is still
// open, and even if its program reads on.
func TestCanceledHandleWantsNothing(t *testing.T) {
	for _, readsOn := range []bool{false, true} {
		bubble(t, func(f *fixture) {
			d, r := f.download("a"), f.reader("a")
			f.read(r, 0, 200<<10)
			f.control(d, Cancel)
			f.requestsArrived()
			f.origin.Forget()
			if readsOn {
				if _, err := r.ReadAt(f.t.Context(), make([]byte, 100), 200<<10); !errors.Is(err, ErrCanceled) {
					t.Fatalf("a read after Cancel: %v", err)
				}
			}
			other := f.reader("a") // it asks for its own bytes only
			f.read(other, 3*mb, 100)
			f.requestsArrived()
			for _, q := range f.origin.Requests() {
				if q.From < 3*mb {
					t.Errorf("reading on is %v: [%d,%d) was asked for", readsOn, q.From, q.To)
				}
			}
		}, file("a", 4*mb))
	}
}
