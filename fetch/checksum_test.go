package fetch

import (
	"io"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/digest"
)

// TestChecksum has a file come in several orders: its digest is that of its bytes,
// and what came in order is not read again for it.
func TestChecksum(t *testing.T) {
	const size = 4 * mb
	const inOrder = mb // of the rest a request for what a read lacks may come first
	want, err := digest.Of(io.NewSectionReader(fetchtest.Random(1, size), 0, size), digest.Own)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		before func(f *fixture)
		end    int64 // of what is tallied as it comes, at least
	}{
		"in order": {func(*fixture) {}, inOrder},
		"the end first": {func(f *fixture) {
			f.read(f.reader("a"), size-1000, 1000)
		}, inOrder},
		"in two sessions": {func(f *fixture) {
			f.read(f.reader("a"), 0, 100_000)
			f.reopen()
		}, 0},
		"dropped in between": {func(f *fixture) {
			f.read(f.reader("a"), 0, 100_000)
			f.control(f.download("a"), Cancel)
		}, inOrder},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, fetchtest.New(t, fetchtest.File{Name: "a", Content: fetchtest.Random(1, size)}))
			f.opt.Connections = 1 // more would bring the file in another order
			f.reopen()
			c.before(f)
			f.readAll("a")
			d := f.download("a")
			f.until(d, "its digest", func(Status) bool { return d.hasSum() })
			if d.content.sum != want || d.content.checksum.End < c.end {
				t.Errorf("%s, of which %d bytes as they came; want %s", d.content.sum, d.content.checksum.End, want)
			}
		})
	}
}
