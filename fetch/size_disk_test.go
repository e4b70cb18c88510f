package fetch

import (
	"errors"
	"strings"
	"syscall"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/internal/durable"
)

// failData has a step of the disk fail for the bytes of every file.
func failData(t *testing.T, kind string, errno syscall.Errno) {
	diskHook = func(s durable.Step) error {
		if s.Kind == kind && strings.HasSuffix(s.Path, ".data") {
			return errno
		}
		return nil
	}
	t.Cleanup(func() { diskHook = nil })
}

// untagged returns a file that only a comparison of its bytes tells from another version:
// its size is forgotten with its bytes.
func untagged(size int64) fetchtest.File {
	f := file("a", size)
	f.NoETag, f.NoModified = true, true
	return f
}

// TestSizeOnFailingDisk asks for a size a moment after the disk has failed and the bytes
// were dropped: the server tells it, which takes no space. Where only the end of the file
// tells it, nothing is asked for again so soon.
func TestSizeOnFailingDisk(t *testing.T) {
	for name, test := range map[string]struct {
		errno syscall.Errno
		ends  bool // only the end tells the size
		start bool
		want  error
	}{
		"full":                            {syscall.ENOSPC, false, false, nil},
		"failing":                         {syscall.EIO, false, false, nil},
		"full, of a download":             {syscall.ENOSPC, false, true, nil},
		"failing, of a download":          {syscall.EIO, false, true, nil},
		"full, where the end tells it":    {syscall.ENOSPC, true, false, ErrNoSpace},
		"failing, where the end tells it": {syscall.EIO, true, false, ErrDisk},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				if test.ends {
					f.origin.Fault(fetchtest.Always, noTotal)
				}
				d := f.download("a")
				failData(t, "sync", test.errno)
				if test.start {
					// Bytes may come before its record is written: then it says so.
					if err := d.Control(f.t.Context(), Start); err != nil && !unkept(err) {
						t.Fatal(err)
					}
				} else {
					f.read(f.reader("a"), 0, 1000)
				}
				if s := f.until(d, "a failure", func(s Status) bool { return unkept(s.Err) }); s.Held > 0 || s.Size >= 0 {
					t.Fatalf("%+v", s)
				}
				before := len(f.origin.Requests())
				size, err := d.Size(f.t.Context())
				if !errors.Is(err, test.want) || err == nil && size != 3*mb {
					t.Errorf("Size = %d, %v", size, err)
				}
				if asked := len(f.origin.Requests()) > before; asked != (test.want == nil) {
					t.Errorf("the server was asked: %v", asked)
				}
			}, untagged(3*mb))
		})
	}
}
