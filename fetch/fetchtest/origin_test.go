package fetchtest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

func TestRanges(t *testing.T) {
	tests := []struct {
		header       string
		status       int
		from, to     int64
		contentRange string
	}{
		{"", 200, 0, size, ""},
		{"bytes=0-0", 206, 0, 1, "bytes 0-0/300000"},
		{"bytes=0-", 206, 0, size, "bytes 0-299999/300000"},
		{"bytes=1000-1999", 206, 1000, 2000, "bytes 1000-1999/300000"},
		{"bytes=299999-", 206, 299999, size, "bytes 299999-299999/300000"},
		{"bytes=299000-400000", 206, 299000, size, "bytes 299000-299999/300000"},
		{"bytes=-100", 206, 299900, size, "bytes 299900-299999/300000"},
		{"bytes=-400000", 206, 0, size, "bytes 0-299999/300000"},
		{"bytes=5-99999999999999999999999", 206, 5, size, "bytes 5-299999/300000"},
		{"bytes=300000-", 416, 0, 0, "bytes */300000"},
		{"bytes=-0", 416, 0, 0, "bytes */300000"},
		{"bytes=5-4", 200, 0, size, ""},
		{"bytes=a-", 200, 0, size, ""},
		{"bytes=+1-2", 200, 0, size, ""},
		{"bytes=0-1,3-4", 200, 0, size, ""},
		{"lines=0-1", 200, 0, size, ""},
	}
	everyOrigin(t, func(t *testing.T, o *fetchtest.Origin) {
		for _, test := range tests {
			g := get(t, o, "a", "Range", test.header)
			g.check(t, test.status, o.Content("a"), test.from, test.to)
			if got := g.Header.Get("Content-Range"); got != test.contentRange {
				t.Errorf("%q: Content-Range %q, want %q", test.header, got, test.contentRange)
			}
			if g.ContentLength != test.to-test.from {
				t.Errorf("%q: Content-Length %d", test.header, g.ContentLength)
			}
		}
	})
}

func TestHeadHasNoBody(t *testing.T) {
	everyOrigin(t, func(t *testing.T, o *fetchtest.Origin) {
		g := do(t, o.Transport(), "HEAD", o.URL("a"), "Range", "bytes=10-19")
		g.check(t, 206, o.Content("a"), 0, 0)
		if g.ContentLength != 10 || o.Sent() != 0 {
			t.Errorf("Content-Length %d, sent %d", g.ContentLength, o.Sent())
		}
	})
}

func TestNotThere(t *testing.T) {
	o := fetchtest.New(t, file("a"))
	if g := get(t, o, "b"); g.err != nil || g.StatusCode != 404 {
		t.Errorf("an unknown name: %v", g)
	}
	if g := do(t, o.Transport(), "PUT", o.URL("a")); g.err != nil || g.StatusCode != 405 {
		t.Errorf("another method: %v", g)
	}
	o.Remove("a")
	if g := get(t, o, "a"); g.err != nil || g.StatusCode != 404 {
		t.Errorf("a removed file: %v", g)
	}
	rt := o.Transport()
	if g := do(t, rt, "GET", "http://elsewhere.invalid/a"); g.err == nil {
		t.Error("an unknown host was found")
	}
}

func TestValidators(t *testing.T) {
	date := time.Date(1999, 5, 6, 7, 8, 9, 0, time.UTC)
	o := fetchtest.New(t,
		fetchtest.File{Name: "strong", Content: fetchtest.Random(1, 10), Type: "audio/mp4"},
		fetchtest.File{Name: "weak", Content: fetchtest.Random(1, 10), WeakETag: true},
		fetchtest.File{Name: "given", Content: fetchtest.Random(1, 10), ETag: `"mine"`, Modified: date},
		fetchtest.File{Name: "none", Content: fetchtest.Random(1, 10), NoETag: true, NoModified: true},
	)
	for name, want := range map[string]http.Header{
		"strong": {"Etag": {`"v1-10"`}, "Last-Modified": {"Sat, 12 Aug 1995 10:01:00 GMT"}, "Content-Type": {"audio/mp4"}},
		"weak":   {"Etag": {`W/"v2-10"`}, "Content-Type": {"application/octet-stream"}},
		"given":  {"Etag": {`"mine"`}, "Last-Modified": {"Thu, 06 May 1999 07:08:09 GMT"}},
		"none":   {"Etag": nil, "Last-Modified": nil, "Accept-Ranges": {"bytes"}},
	} {
		g := get(t, o, name)
		for key, values := range want {
			if got := g.Header.Values(key); len(got) != len(values) || len(got) > 0 && got[0] != values[0] {
				t.Errorf("%s: %s %q, want %q", name, key, got, values)
			}
		}
	}
}

func TestReplace(t *testing.T) {
	o := fetchtest.New(t, file("a"))
	old := o.File("a")
	o.Replace("a", fetchtest.Random(8, size))
	now := o.File("a")
	if now.ETag == old.ETag || now.Modified.Equal(old.Modified) {
		t.Error("the new version has validators of the old one")
	}
	g := get(t, o, "a", "Range", "bytes=5-9", "If-Range", old.ETag)
	g.check(t, 200, now.Content, 0, size)
	if fetchtest.Check(old.Content, 0, g.body) == nil {
		t.Error("the new version has the bytes of the old one")
	}
}

func TestIfRange(t *testing.T) {
	o := fetchtest.New(t, file("a"),
		fetchtest.File{Name: "weak", Content: fetchtest.Random(1, size), WeakETag: true},
		fetchtest.File{Name: "distrusting", Content: fetchtest.Random(1, size), NoIfRange: true},
	)
	date := o.File("a").Modified
	for _, test := range []struct {
		name, ifRange string
		status        int
	}{
		{"a", o.File("a").ETag, 206},
		{"a", `"other"`, 200},
		{"a", "W/" + o.File("a").ETag, 200},
		{"a", date.Format(http.TimeFormat), 206},
		{"a", date.Add(time.Second).Format(http.TimeFormat), 200},
		{"a", date.Add(-time.Second).Format(http.TimeFormat), 200},
		{"a", "nonsense", 200},
		{"weak", o.File("weak").ETag, 200},
		{"weak", o.File("weak").Modified.Format(http.TimeFormat), 206},
		{"distrusting", o.File("distrusting").ETag, 200},
	} {
		g := get(t, o, test.name, "Range", "bytes=7-11", "If-Range", test.ifRange)
		if g.err != nil || g.StatusCode != test.status {
			t.Errorf("%s, If-Range %s: %v", test.name, test.ifRange, g)
		}
	}
}

func TestConditions(t *testing.T) {
	o := fetchtest.New(t, file("a"))
	f := o.File("a")
	now, before := f.Modified.Format(http.TimeFormat), f.Modified.Add(-time.Second).Format(http.TimeFormat)
	for _, test := range []struct {
		name, value string
		status      int
	}{
		{"If-Match", f.ETag, 200},
		{"If-Match", `"x", ` + f.ETag, 200},
		{"If-Match", "*", 200},
		{"If-Match", `"x"`, 412},
		{"If-Match", "W/" + f.ETag, 412},
		{"If-Unmodified-Since", now, 200},
		{"If-Unmodified-Since", before, 412},
		{"If-None-Match", f.ETag, 304},
		{"If-None-Match", "W/" + f.ETag, 304},
		{"If-None-Match", `"x"`, 200},
		{"If-Modified-Since", now, 304},
		{"If-Modified-Since", before, 200},
	} {
		if g := get(t, o, "a", test.name, test.value); g.err != nil || g.StatusCode != test.status {
			t.Errorf("%s: %s: %v, want %d", test.name, test.value, g, test.status)
		}
	}
}

func TestWaysToServe(t *testing.T) {
	c := fetchtest.Random(3, size)
	o := fetchtest.New(t,
		fetchtest.File{Name: "no ranges", Content: c, NoRanges: true},
		fetchtest.File{Name: "no length", Content: c, NoLength: true},
		fetchtest.File{Name: "gzip", Content: fetchtest.Bytes(make([]byte, size)), Gzip: true},
		fetchtest.File{Name: "empty", Content: fetchtest.Bytes(nil)},
	)
	g := get(t, o, "no ranges", "Range", "bytes=5-9")
	g.check(t, 200, c, 0, size)
	if g.Header.Get("Accept-Ranges") != "" {
		t.Error("no ranges, but they are offered")
	}
	g = get(t, o, "no length")
	g.check(t, 200, c, 0, size)
	if g.ContentLength != -1 {
		t.Errorf("no length, but %d", g.ContentLength)
	}
	g = get(t, o, "gzip")
	if g.Header.Get("Content-Encoding") != "gzip" || len(g.body) == 0 || len(g.body) > size/10 {
		t.Errorf("not compressed: %v", g.Header)
	}
	get(t, o, "empty").check(t, 200, c, 0, 0)
	get(t, o, "empty", "Range", "bytes=0-").check(t, 416, c, 0, 0)
	get(t, o, "empty", "Range", "bytes=-5").check(t, 200, c, 0, 0)
}
