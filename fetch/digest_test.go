package fetch

import (
	"errors"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// TestDigestCannotBeRead has a process die between the last byte of a file and
// the check of its digest, and the next one be unable to read it: that is said,
// and the file is checked when it can be.
func TestDigestCannotBeRead(t *testing.T) {
	disk := logDisk(t)
	bubble(t, func(f *fixture) {
		f.readAll("a")
		f.untilState(f.download("a"), Complete)
		p := f.download("a").place
		content := &contextReader{r: f.reader("a"), ctx: t.Context()}
		sum, err := digestOf(content, "md5")
		if err != nil {
			t.Fatal(err)
		}
		_ = content.r.Close()
		f.close()
		r, err := readRecord(p.record())
		if err != nil {
			t.Fatal(err)
		}
		r.Digest, r.Sum, r.State = sum, "", Downloading.String()
		b, err := r.encode()
		if err != nil {
			t.Fatal(err)
		}
		write(t, p.record(), b)
		write(t, p.active(), nil)
		disk.fail("opened")
		f.open()
		f.untilState(f.download("a"), Failed)
		if s := f.download("a").Status(); s.State != Failed || !errors.Is(s.Err, errDisk) || s.Held != mb {
			t.Errorf("looked at again: %+v", s)
		}
		disk.fail("")
		f.reopen()
		f.untilState(f.download("a"), Complete)
		if sent := f.sent(); sent != mb {
			t.Errorf("%d bytes sent", sent)
		}
	}, file("a", mb))
}

// TestDigestOfANewVersion has the file and its digest in the catalogue change,
// once what was held of the old version is gone.
func TestDigestOfANewVersion(t *testing.T) {
	for _, reopened := range []bool{false, true} {
		bubble(t, func(f *fixture) {
			d := f.Download(Remote{Key: "a", Size: 2 * mb, Digest: md5Of(t, f.origin.Content("a"))})
			f.control(d, Start)
			f.untilState(d, Complete)
			f.control(d, Evict)
			if reopened {
				f.reopen()
			}
			f.origin.Replace("a", fetchtest.Random(77, 2*mb+5))
			d = f.Download(Remote{Key: "a", Size: 2*mb + 5, Digest: md5Of(t, f.origin.Content("a"))})
			f.control(d, Start)
			s := f.until(d, "the end", func(s Status) bool { return s.State == Failed || s.State == Complete })
			if s.State != Complete {
				t.Errorf("reopened %v: %v", reopened, s.Err)
			}
		}, file("a", 2*mb))
	}
}
