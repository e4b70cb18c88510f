package fetch

import (
	"errors"
	"testing"
)

func TestControlAfterClose(t *testing.T) {
	bubble(t, func(f *fixture) {
		d := f.download("a")
		f.read(f.reader("a"), 0, 1000)
		f.close()
		for _, c := range []Command{Start, Pause, Resume, Cancel, Evict} {
			if err := d.Control(f.t.Context(), c); !errors.Is(err, ErrClosed) {
				t.Errorf("%v: %v", c, err)
			}
		}
		if _, err := readRecord(d.place.record); err != nil {
			t.Errorf("the record is gone: %v", err)
		}
	}, file("a", mb))
}
