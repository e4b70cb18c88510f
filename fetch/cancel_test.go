package fetch

import (
	"errors"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// A handle that a Cancel has ended wants no bytes any more, though it is still
// open, and even if its program reads on.
func TestCanceledHandleWantsNothing(t *testing.T) {
	for _, readsOn := range []bool{false, true} {
		f := newFixture(t, fetchtest.New(t, fetchtest.File{Name: "a", Content: fetchtest.Random(1, 4<<20)}))
		d, r := f.download("a"), f.reader("a")
		f.read(r, 0, 200<<10)
		if err := d.Control(t.Context(), Cancel); err != nil {
			t.Fatal(err)
		}
		f.origin.Forget()
		if readsOn {
			if _, err := r.ReadAt(t.Context(), make([]byte, 100), 200<<10); !errors.Is(err, ErrCanceled) {
				t.Fatalf("a read after Cancel: %v", err)
			}
		}
		other := f.reader("a") // it asks for its own bytes only
		f.read(other, 3<<20, 100)
		if err := f.origin.WaitIdle(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, q := range f.origin.Requests() {
			if q.From < 3<<20 {
				t.Errorf("reading on is %v: [%d,%d) was asked for", readsOn, q.From, q.To)
			}
		}
	}
}
