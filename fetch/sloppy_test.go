package fetch

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// ranged is a fault of responses to ranges alone.
func ranged(edit func(a *fetchtest.Response)) fetchtest.Fault {
	return func(a *fetchtest.Response) {
		if a.Status == http.StatusPartialContent {
			edit(a)
		}
	}
}

// says writes Content-Range in a form of its own: with the first byte, the last and
// what that is wrong by, and the size of the file.
func says(format string, last int64) fetchtest.Fault {
	return ranged(func(a *fetchtest.Response) {
		a.Header.Set("Content-Range", fmt.Sprintf(format, a.From, a.To-1+last, a.File.Content.Size()))
	})
}

// shorter has a server take the last byte that was asked for for the end.
func shorter(a *fetchtest.Response) {
	a.To, a.Length = a.To-1, a.Length-1
	a.Header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", a.From, a.To-1, a.File.Content.Size()))
}

// inParts sends a part in a body for several.
func inParts(a *fetchtest.Response) {
	body := make([]byte, a.To-a.From)
	_, _ = a.Body.ReadAt(body, a.From) // of memory
	text := fmt.Sprintf("--x\r\nContent-Range: %s\r\n\r\n%s\r\n--x--\r\n", a.Header.Get("Content-Range"), body)
	a.Body, a.From, a.To, a.Length = fetchtest.Bytes([]byte(text)), 0, int64(len(text)), int64(len(text))
	fetchtest.Header("Content-Range", "", "Content-Type", "multipart/byteranges; boundary=x")(a)
}

// sloppy are servers whose ranges other programs read. Those in streamed cost a
// request without a range, the others none.
var sloppy = map[string]struct {
	fault    fetchtest.Fault
	streamed bool
}{
	"Bytes":            {says("Bytes %d-%d/%d", 0), false},
	"an equals sign":   {says("bytes=%d-%d/%d", 0), false},
	"a colon":          {says("bytes: %d-%d/%d", 0), false},
	"no unit":          {says("%d-%d/%d", 0), false},
	"spaces":           {says("bytes %d - %d / %d", 0), false},
	"last is the end":  {says("bytes %d-%d/%d", 1), false},
	"last is short":    {says("bytes %d-%d/%d", -1), false},
	"in parts":         {ranged(inParts), false},
	"Identity":         {fetchtest.Header("Content-Encoding", "Identity"), false},
	"UTF-8":            {fetchtest.Header("Content-Encoding", "UTF-8"), false},
	"none":             {fetchtest.Header("Content-Encoding", "none"), false},
	"binary":           {fetchtest.Header("Content-Encoding", "binary"), false},
	"aws-chunked":      {fetchtest.Header("Content-Encoding", "aws-chunked"), false},
	"200":              {ranged(func(a *fetchtest.Response) { a.Status = http.StatusOK }), false},
	"a byte less":      {ranged(shorter), true},
	"200, chunked":     {ranged(func(a *fetchtest.Response) { a.Status, a.Length = http.StatusOK, fetchtest.Unsaid }), true},
	"no Content-Range": {fetchtest.ContentRange(""), true},
	"another unit":     {says("items %d-%d/%d", 0), true},
	"another part":     {fetchtest.Shift(7), true},
	"a length apart":   {fetchtest.Both(fetchtest.ShortBody(5), ifPlain(fetchtest.Whole)), true},
	"416":              {ranged(fetchtest.Unsatisfiable), true},
	"416 with nothing": {ranged(fetchtest.Status(416)), true},
	"400":              {ranged(fetchtest.Status(400)), true},
	"the part's length for the file's": {ranged(func(a *fetchtest.Response) {
		a.Header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", a.From, a.To-1, a.To-a.From))
	}), true},
	"a bare part as 200": {ranged(func(a *fetchtest.Response) {
		a.Status = http.StatusOK
		a.Header.Del("Content-Range")
	}), true},
}

// ifPlain is a fault of responses to requests without a range.
func ifPlain(fault fetchtest.Fault) fetchtest.Fault {
	return func(a *fetchtest.Response) {
		if a.Request.Range == "" {
			fault(a)
		}
	}
}

// TestSloppyRanges reads the end of a file, its beginning and then all of it, from
// servers whose ranges other programs read: of a size that a catalog told, and of
// an unknown one.
func TestSloppyRanges(t *testing.T) {
	const size = 600_000
	for name, test := range sloppy {
		for _, hint := range []int64{size, -1} {
			t.Run(fmt.Sprintf("%s, of size %d", name, hint), func(t *testing.T) {
				bubble(t, func(f *fixture) {
					f.origin.Fault(fetchtest.Always, test.fault)
					d := f.Download(Remote{Key: "a", Size: hint})
					r := f.reader("a")
					if hint > 0 {
						f.read(r, size-1000, 1000)
					}
					f.read(r, 0, 4)
					f.readAll("a")
					if s := f.untilState(d, Complete); s.Size != size || s.Held != size {
						t.Errorf("%+v", s)
					}
					plain := 0
					for _, q := range f.origin.Requests() {
						if q.Range == "" {
							plain++
						}
					}
					if n := len(f.origin.Requests()); (plain > 0) != test.streamed || n > 12 {
						t.Errorf("%d requests, %d without a range", n, plain)
					}
				}, file("a", size))
			})
		}
	}
}

// TestRangeRefusedOfShortFiles has servers refuse a range of files that are empty, or
// shorter than it.
func TestRangeRefusedOfShortFiles(t *testing.T) {
	for _, size := range []int64{0, 1, 100} {
		for name, fault := range map[string]fetchtest.Fault{
			"400": fetchtest.Status(400), "416": fetchtest.Status(416), "416 and the size": fetchtest.Unsatisfiable,
		} {
			bubble(t, func(f *fixture) {
				f.origin.Fault(fetchtest.Ranged, fault)
				if n, err := f.download("a").Size(f.t.Context()); n != size || err != nil {
					t.Errorf("%s, %d bytes: %d, %v", name, size, n, err)
				}
				f.readAll("a")
				if n := len(f.origin.Requests()); n > 4 {
					t.Errorf("%s, %d bytes: %d requests", name, size, n)
				}
			}, file("a", size))
		}
	}
}

// TestCappedRanges reads a file without a strong validator from a server that sends
// no more than 100,000 bytes to a range: the rest is had without one.
func TestCappedRanges(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.Fault(fetchtest.Always, ranged(func(a *fetchtest.Response) {
			a.To = min(a.To, a.From+100_000)
			a.Length = a.To - a.From
			a.Header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", a.From, a.To-1, a.File.Content.Size()))
		}))
		f.readAll("a")
		if n := len(f.origin.Requests()); n > 4 {
			t.Errorf("%d requests", n)
		}
	}, bare(1, mb))
}

// TestBrokenRangesOfAHost reads three files of a server whose ranges make no sense:
// the third is asked for without a range at once.
func TestBrokenRangesOfAHost(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.Fault(fetchtest.Always, fetchtest.ContentRange("pages 1-2/3"))
		for _, name := range []string{"a", "bb", "ccc"} {
			f.readAll(name)
		}
		asked := map[string][]string{}
		for _, q := range f.origin.Requests() {
			asked[q.File] = append(asked[q.File], q.Range)
		}
		if got := asked["ccc"]; len(got) != 1 || got[0] != "" {
			t.Errorf("the third was asked for by %q", got)
		}
		for _, name := range []string{"a", "bb"} {
			if got := asked[name]; len(got) < 2 || got[0] == "" || got[1] != "" {
				t.Errorf("%s was asked for by %q", name, got)
			}
		}
	}, file("a", mb), file("bb", mb), file("ccc", mb))
}

// TestCookieOfARedirect has a server lead to a file by a redirect that sets a cookie
// without which it refuses the file. Other hosts never see it.
func TestCookieOfARedirect(t *testing.T) {
	network(t, func(f *fixture, other *fetchtest.Origin) {
		f.opt.Locate = func(context.Context, string) (Location, error) { return Location{URL: f.origin.URL("door")}, nil }
		f.reopen()
		f.origin.Put(fetchtest.File{Name: "door", Content: fetchtest.Random(1, 10)})
		f.origin.Fault(fetchtest.Of("door"), fetchtest.Status(302, "Location", "/50%", "Set-Cookie", "pass=1; Path=/"))
		f.origin.Put(fetchtest.File{Name: "50%", Content: f.origin.Content("a")})
		f.origin.Fault(func(r fetchtest.Request) bool { return r.File == "50%" && r.Header.Get("Cookie") != "pass=1" }, fetchtest.Status(403))
		if err := f.whole("a"); err != nil {
			t.Error(err)
		}
		for _, r := range f.origin.Requests() {
			if r.File == "50%" && r.Status == 403 {
				t.Error("the file was asked for without its cookie")
			}
		}
		if n := len(other.Requests()); n > 0 {
			t.Errorf("another host was asked %d times", n)
		}
	})
}
