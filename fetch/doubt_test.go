package fetch

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/origin"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// TestSameDoubt says when two responses that contradict what is known say the same.
func TestSameDoubt(t *testing.T) {
	const day, night = "Mon, 02 Jan 2006 12:00:00 GMT", "Mon, 02 Jan 2006 23:00:00 GMT"
	of := func(size int64, tag, date string, dated bool) doubt {
		return doubt{validator: validator.Validator{Size: size, ETag: tag, Modified: date, Dated: dated}, typ: "audio/mpeg", at: -1, times: 1}
	}
	plain := of(2000, "", "", false)
	other := plain
	other.typ = "audio/flac"
	untyped := plain
	untyped.typ = ""
	for name, c := range map[string]struct {
		a, b doubt
		want bool
	}{
		"none before":           {plain, doubt{}, false},
		"alike":                 {plain, plain, true},
		"another size":          {plain, of(2001, "", "", false), false},
		"no size any more":      {plain, of(-1, "", "", false), false},
		"another type":          {plain, other, false},
		"tag and date":          {of(5, `"a"`, day, true), of(5, `"a"`, day, true), true},
		"tag, another date":     {of(5, `"a"`, day, true), of(5, `"a"`, night, true), true},
		"another tag":           {of(5, `"a"`, "", false), of(5, `"b"`, "", false), false},
		"a tag once":            {of(5, `"a"`, "", false), of(5, "", day, true), true},
		"a type once":           {plain, untyped, true},
		"another tag, one date": {of(5, `"a"`, day, true), of(5, `"b"`, day, true), true},
		"another tag and date":  {of(5, `"a"`, day, true), of(5, `"b"`, night, true), false},
		"another date":          {of(5, "", day, true), of(5, "", night, true), false},
		"the date is now":       {of(5, "", day, false), of(5, "", night, false), true},
		"the same bytes":        {plain.in(7, []byte("page")), plain.in(7, []byte("page")), true},
		"other bytes":           {plain.in(7, []byte("page")), plain.in(7, []byte("side")), false},
		"at another place":      {plain.in(7, []byte("page")), plain.in(8, []byte("page")), false},
		"a head and a body":     {plain.in(7, nil), plain, false},
	} {
		if got := c.a.same(c.b); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestWeigh tells responses to a content one after the other, and says what each means.
func TestWeigh(t *testing.T) {
	const day, night = "Mon, 02 Jan 2006 12:00:00 GMT", "Mon, 02 Jan 2006 23:00:00 GMT"
	const dawn = "Mon, 02 Jan 2006 06:00:00 GMT"
	of := func(size int64, tag, date string) *origin.Response {
		v := validator.Validator{Size: size, ETag: tag, Modified: date, Dated: date != "", Asked: true}
		return &origin.Response{Range: ranges.Range{Start: 0, End: size}, Whole: true, IfRange: `"a"`, Validator: v}
	}
	held := ranges.Set{{Start: 0, End: 500_000}}
	known := of(3_000_000, `"a"`, day).Validator
	told := validator.Validator{Size: 3_000_000}
	for name, c := range map[string]struct {
		c    content
		r    []*origin.Response
		want []verdict
	}{
		"another":                    {content{validator: known, held: held}, list(of(4_000_000, `"b"`, night), 2), []verdict{doubtful, otherVersion}},
		"another, nothing held":      {content{validator: known}, list(of(4_000_000, `"b"`, night), 1), []verdict{otherVersion}},
		"far below":                  {content{validator: known}, list(of(2000, "", ""), 2), []verdict{doubtful, otherVersion}},
		"far below what was told":    {content{validator: told}, list(of(2000, "", ""), 2), []verdict{doubtful, otherVersion}},
		"less than what was told":    {content{validator: told}, list(of(2_900_000, "", ""), 1), []verdict{otherVersion}},
		"nothing":                    {content{validator: told}, list(of(0, "", ""), 2), []verdict{doubtful, otherVersion}},
		"nothing is known":           {content{validator: validator.Unknown}, list(of(2000, "", ""), 1), []verdict{continued}},
		"ever another, far below":    {content{validator: known, held: held}, []*origin.Response{of(2000, "", ""), of(2001, "", ""), of(2002, "", ""), of(2003, "", "")}, []verdict{doubtful, doubtful, undecided, doubtful}},
		"ever another":               {content{validator: known, held: held}, []*origin.Response{of(2_000_000, "", ""), of(2_000_001, "", ""), of(2_000_002, "", "")}, []verdict{doubtful, doubtful, otherVersion}},
		"another, and itself":        {content{validator: known, held: held}, []*origin.Response{of(2000, "", ""), of(3_000_000, `"a"`, day)}, []verdict{doubtful, ifRangeIgnored}},
		"another tag":                {content{validator: known, held: held}, list(of(3_000_000, `"b"`, day), 1), []verdict{unproven}},
		"no tag, no date":            {content{validator: known, held: held}, list(of(3_000_000, "", ""), 1), []verdict{unproven}},
		"another tag, nothing held":  {content{validator: known}, list(of(3_000_000, `"b"`, day), 1), []verdict{otherVersion}},
		"another tag and date":       {content{validator: known, held: held}, list(of(3_000_000, `"b"`, night), 2), []verdict{doubtful, otherVersion}},
		"ever another tag and date":  {content{validator: known, held: held}, []*origin.Response{of(3_000_000, `"b"`, night), of(3_000_000, `"c"`, dawn)}, []verdict{doubtful, unproven}},
		"another tag, size and date": {content{validator: known, held: held}, list(of(3_000_001, `"b"`, day), 2), []verdict{doubtful, otherVersion}},
	} {
		for i, r := range c.r {
			got := c.c.judge(r)
			if got != c.want[i] {
				t.Errorf("%s: response %d means %v, want %v", name, i, got, c.want[i])
			}
			_ = c.c.refuse(got, doubtOf(r))
		}
	}
}

func list(r *origin.Response, n int) []*origin.Response {
	all := make([]*origin.Response, n)
	for i := range all {
		all[i] = r
	}
	return all
}

// TestStray has a server send something else once, in several ways, while nothing of a
// file is held, a part, or all but a part: its bytes are read as if nothing had been.
func TestStray(t *testing.T) {
	const size = 3_000_000
	tone := fetchtest.File{Name: "tone", Content: fetchtest.Random(9, 2000), Type: "audio/mpeg"}
	for name, stray := range map[string][]fetchtest.Fault{
		"a redirect":        {fetchtest.Status(http.StatusFound, "Location", "/tone")},
		"a page":            {fetchtest.Page(200, "<html>We are sorry, come back later</html>")},
		"nothing":           {fetchtest.Page(200, "")},
		"of no length":      {fetchtest.Page(200, "<html>We are sorry, come back later</html>"), fetchtest.Chunked},
		"a size":            {fetchtest.Status(416, "Content-Range", "bytes */2000")},
		"another validator": {fetchtest.ETag(`"x"`), fetchtest.Header("Last-Modified", "Mon, 02 Jan 2006 12:00:00 GMT")},
	} {
		for what, held := range map[string]int64{"nothing": 0, "a part": 500_000, "nearly all": 2_800_000} {
			if name == "a size" && held == 0 {
				continue // it makes no sense
			}
			t.Run(name+", held is "+what, func(t *testing.T) {
				bubble(t, func(f *fixture) {
					d := f.Download(Remote{Key: "a", Size: size})
					r := f.reader("a")
					f.origin.SetLink(fetchtest.Link{ConnRate: mb, TotalRate: mb})
					for off := int64(0); off < held; off += 100_000 {
						f.read(r, off, 100_000)
					}
					if held > 0 {
						f.control(d, Pause)
					}
					before := d.Status().Held
					f.origin.Fault(fetchtest.All(fetchtest.Of("a"), fetchtest.Next(1)), stray...)
					f.control(d, Start)
					f.read(r, size-100, 100)
					f.untilState(d, Complete)
					if s := d.Status(); s.Size != size {
						t.Errorf("%+v", s)
					}
					f.readAll("a")
					if sent := f.sent(); sent > size+200_000 {
						t.Errorf("%d bytes were sent, %d were held", sent, before)
					}
				}, file("a", size), tone)
			})
		}
	}
}

// TestStrayForGood has a server send something else from some time on, the same each
// time: it is the file.
func TestStrayForGood(t *testing.T) {
	for name, size := range map[string]int64{"far below": 2000, "less": 2_000_000, "more": 4_000_000, "as much": 3_000_000} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				f.origin.SetLink(fetchtest.Link{ConnRate: mb, TotalRate: mb})
				d, r := f.download("a"), f.reader("a")
				f.read(r, 0, 100_000)
				f.control(d, Start)
				f.control(d, Pause)
				old, before, sent := f.origin.File("a").ETag, len(f.origin.Requests()), f.sent()
				f.origin.Replace("a", fetchtest.Random(9, size))
				f.control(d, Resume)
				f.untilState(d, Complete)
				if s := d.Status(); s.Size != size {
					t.Errorf("%+v", s)
				}
				f.readAll("a")
				if _, err := r.ReadAt(t.Context(), make([]byte, 10), 0); !errors.Is(err, ErrStale) {
					t.Errorf("the old handle: %v", err)
				}
				asked := 0
				for _, q := range f.origin.Requests()[before:] {
					if q.IfRange == old {
						asked++
					}
				}
				if asked != 2 {
					t.Errorf("%d requests for the old version", asked)
				}
				if n := f.sent() - sent; n > size+300_000 {
					t.Errorf("%d bytes were sent", n)
				}
			}, file("a", 3_000_000))
		})
	}
}

// TestStrayEachTime has a server send a page with another number in it each time, as
// audio: nothing that is held is given up for it.
func TestStrayEachTime(t *testing.T) {
	bubble(t, func(f *fixture) {
		d, r := f.download("a"), f.reader("a")
		f.read(r, 0, 200_000)
		f.until(d, "rest", func(Status) bool { return len(d.transfersNow()) == 0 })
		held, n := d.Status().Held, 0
		f.origin.Fault(fetchtest.Always, func(a *fetchtest.Response) {
			n++
			fetchtest.Page(200, "sorry"+"!!!!!!!!!!!!!!!!!!!!!!!!!"[:n])(a)
			a.Header.Set("Content-Type", "audio/mpeg")
		})
		if err := f.attempt(r, 2*mb, 1000); !errors.Is(err, ErrBadResponse) {
			t.Errorf("got %v", err)
		}
		if s := d.Status(); s.Held != held || s.Size != 3*mb || n != maxDoubts {
			t.Errorf("%+v after %d responses", s, n)
		}
		f.origin.Heal()
		time.Sleep(2 * failedRest)
		f.read(r, 0, 3*mb)
	}, file("a", 3*mb))
}

// TestDoubtOfOneNotOfAnother has one connection go on with what is no more, while others
// get what is: the responses of the others are not taken for a mistake each time.
func TestDoubtOfOneNotOfAnother(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{ConnRate: 100_000})
		d := f.download("a")
		f.control(d, Start)
		f.until(d, "some bytes", func(s Status) bool { return s.Held > 0 })
		f.origin.Replace("a", fetchtest.Random(9, 20*mb))
		before := len(f.origin.Requests())
		r := f.reader("a")
		f.read(r, 19*mb, 1000)
		if n := len(f.origin.Requests()) - before; n > 4 {
			t.Errorf("%d requests", n)
		}
	}, file("a", 20*mb))
}

// TestStrayStream has a server of which nothing can be compared but the bytes send
// something else once.
func TestStrayStream(t *testing.T) {
	page := fetchtest.Page(200, "<html>We are sorry, come back later</html>")
	for name, c := range map[string]struct {
		stray    []fetchtest.Fault
		noLength bool
	}{
		"a page":                            {[]fetchtest.Fault{page}, false},
		"a page of no length":               {[]fetchtest.Fault{page, fetchtest.Chunked}, false},
		"a page by the end":                 {[]fetchtest.Fault{page, fetchtest.Unframed}, false},
		"a page, of no length":              {[]fetchtest.Fault{page}, true},
		"both of no length":                 {[]fetchtest.Fault{page, fetchtest.Chunked}, true},
		"the beginning, as if it were all":  {[]fetchtest.Fault{fetchtest.ShortBody(100_000), fetchtest.Chunked}, true},
		"the beginning, where there is one": {[]fetchtest.Fault{fetchtest.ShortBody(100_000), fetchtest.Chunked}, false},
	} {
		t.Run(name, func(t *testing.T) {
			a := bare(1, 3*mb)
			a.NoRanges, a.NoLength = true, c.noLength
			bubble(t, func(f *fixture) {
				f.origin.SetLink(fetchtest.Link{ConnRate: mb, TotalRate: mb})
				d, r := f.download("a"), f.reader("a")
				f.read(r, 0, 500_000)
				f.control(d, Pause)
				f.origin.Fault(fetchtest.Next(1), c.stray...)
				f.control(d, Resume)
				f.read(r, 3*mb-100, 100)
				f.untilState(d, Complete)
				f.readAll("a")
			}, a)
		})
	}
}
