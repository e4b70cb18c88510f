package fetchtest_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

func TestStatuses(t *testing.T) {
	for _, test := range []struct {
		fault  fetchtest.Fault
		status int
		header string
		value  string
	}{
		{fetchtest.Status(401, "WWW-Authenticate", "Basic"), 401, "WWW-Authenticate", "Basic"},
		{fetchtest.Status(403), 403, "ETag", ""},
		{fetchtest.Status(410), 410, "Content-Range", ""},
		{fetchtest.Unsatisfiable, 416, "Content-Range", "bytes */300000"},
		{fetchtest.RetryAfter(503, 90*time.Second), 503, "Retry-After", "90"},
		{fetchtest.RetryAfterDate(429, 90*time.Second), 429, "Retry-After", "Sat, 01 Jan 2000 00:01:30 GMT"},
	} {
		local(t, func(t *testing.T, o *fetchtest.Origin) {
			o.Fault(fetchtest.Always, test.fault)
			g := get(t, o, "a", "Range", "bytes=1-2")
			if g.err != nil || g.StatusCode != test.status || len(g.body) != 0 || g.Header.Get(test.header) != test.value {
				t.Errorf("%v, want %d, %s: %s", g, test.status, test.header, test.value)
			}
		})
	}
}

func TestPage(t *testing.T) {
	o := fetchtest.New(t, file("a"))
	o.Fault(fetchtest.Always, fetchtest.Page(200, "<p>Sign in"))
	g := get(t, o, "a", "Range", "bytes=1-2")
	if g.err != nil || g.StatusCode != 200 || string(g.body) != "<p>Sign in" || g.Header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("%v", g)
	}
}

// Lies about a range: each answers bytes=1000-1999 of 300000.
func TestRangeLies(t *testing.T) {
	for name, test := range map[string]struct {
		fault        fetchtest.Fault
		status       int
		from, to     int64
		contentRange string
	}{
		"whole":          {fetchtest.Whole, 200, 0, size, ""},
		"wrong range":    {fetchtest.ContentRange("bytes 0-999/300000"), 206, 1000, 2000, "bytes 0-999/300000"},
		"no range":       {fetchtest.ContentRange(""), 206, 1000, 2000, ""},
		"wrong total":    {fetchtest.Total("300001"), 206, 1000, 2000, "bytes 1000-1999/300001"},
		"no total":       {fetchtest.Total("*"), 206, 1000, 2000, "bytes 1000-1999/*"},
		"shift":          {fetchtest.Shift(-500), 206, 500, 1500, "bytes 500-1499/300000"},
		"shift to start": {fetchtest.Shift(-1500), 206, 0, 500, "bytes 0-499/300000"},
		"lying shift":    {fetchtest.LyingShift(1), 206, 1001, 2001, "bytes 1000-1999/300000"},
		"short":          {fetchtest.ShortBody(10), 206, 1000, 1010, "bytes 1000-1999/300000"},
		"long":           {fetchtest.LongBody(10), 206, 1000, 2010, "bytes 1000-1999/300000"},
		"chunked":        {fetchtest.Chunked, 206, 1000, 2000, "bytes 1000-1999/300000"},
		"unframed":       {fetchtest.Unframed, 206, 1000, 2000, "bytes 1000-1999/300000"},
		"chunked, short": {fetchtest.Both(fetchtest.Chunked, fetchtest.ShortBody(10)), 206, 1000, 1010, "bytes 1000-1999/300000"},
	} {
		t.Run(name, func(t *testing.T) {
			everyOrigin(t, func(t *testing.T, o *fetchtest.Origin) {
				o.Fault(fetchtest.Always, test.fault)
				g := get(t, o, "a", "Range", "bytes=1000-1999")
				g.check(t, test.status, o.Content("a"), test.from, test.to)
				if got := g.Header.Get("Content-Range"); got != test.contentRange {
					t.Errorf("Content-Range %q, want %q", got, test.contentRange)
				}
			})
		})
	}
}

func TestLongBodyBeyondTheEnd(t *testing.T) {
	o := fetchtest.New(t, file("a"))
	o.Fault(fetchtest.Always, fetchtest.LongBody(3))
	g := get(t, o, "a")
	if g.err != nil || g.ContentLength != size+3 || !bytes.Equal(g.body[size:], []byte{0xEE, 0xEE, 0xEE}) {
		t.Errorf("%v", g.Response)
	}
	if err := fetchtest.Check(o.Content("a"), 0, g.body[:size]); err != nil {
		t.Error(err)
	}
}

func TestLyingShiftBeforeTheStart(t *testing.T) {
	o := fetchtest.New(t, file("a"))
	o.Fault(fetchtest.Always, fetchtest.LyingShift(-2))
	g := get(t, o, "a", "Range", "bytes=0-9")
	if g.err != nil || len(g.body) != 10 || !bytes.Equal(g.body[:2], []byte{0xEE, 0xEE}) {
		t.Fatalf("%v % x", g.Response, g.body)
	}
	if err := fetchtest.Check(o.Content("a"), 0, g.body[2:]); err != nil {
		t.Error(err)
	}
}

// With net/http the surplus is not seen: it must come by the connection, and
// after what was promised.
func TestSurplus(t *testing.T) {
	o := fetchtest.New(t, file("a"))
	o.Fault(fetchtest.Always, fetchtest.Surplus(1000))
	g := get(t, o, "a", "Range", "bytes=5-9")
	g.check(t, 206, o.Content("a"), 5, 10)
	if g.ContentLength != 5 || o.Sent() != 1005 || o.Requests()[0].Status != 206 {
		t.Errorf("Content-Length %d, sent %d, %v", g.ContentLength, o.Sent(), o.Requests())
	}
	tls := fetchtest.NewTLS(t, file("a"))
	tls.Fault(fetchtest.Always, fetchtest.Surplus(1000))
	if g := get(t, tls, "a"); g.err == nil {
		t.Error("HTTP/2 sent more than Content-Length")
	}
}

func TestRaw(t *testing.T) {
	o := fetchtest.New(t, file("a"))
	o.Script("a", fetchtest.Raw("SSH-2.0-OpenSSH\r\n"), fetchtest.Raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"))
	if g := get(t, o, "a"); g.err == nil || !strings.Contains(g.err.Error(), "malformed") {
		t.Errorf("%v", g)
	}
	if g := get(t, o, "a"); g.err != nil || string(g.body) != "hi" {
		t.Errorf("%v", g)
	}
}

func TestGzip(t *testing.T) {
	everyOrigin(t, func(t *testing.T, o *fetchtest.Origin) {
		o.Fault(fetchtest.Always, fetchtest.Gzip)
		g := get(t, o, "a", "Range", "bytes=1000-1999")
		z, err := gzip.NewReader(bytes.NewReader(g.body))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(z)
		if err != nil || len(plain) != 1000 || g.Header.Get("Content-Encoding") != "gzip" {
			t.Fatal(len(plain), err)
		}
		if err := fetchtest.Check(o.Content("a"), 1000, plain); err != nil {
			t.Error(err)
		}
	})
}

func TestSplice(t *testing.T) {
	o, other := fetchtest.New(t, file("a")), fetchtest.Random(99, size)
	o.Fault(fetchtest.Always, fetchtest.Splice(1500, other))
	g := get(t, o, "a", "Range", "bytes=1000-1999")
	if err := fetchtest.Check(o.Content("a"), 1000, g.body[:500]); err != nil {
		t.Error(err)
	}
	if err := fetchtest.Check(other, 1500, g.body[500:]); err != nil {
		t.Error(err)
	}
	g = get(t, o, "a", "Range", "bytes=2000-2999")
	if err := fetchtest.Check(other, 2000, g.body); err != nil {
		t.Error(err)
	}
}

func TestValidatorFlips(t *testing.T) {
	o := fetchtest.New(t, file("a"))
	was := o.File("a").ETag
	o.Script("a", nil, fetchtest.ETag(`"flipped"`), fetchtest.ETag(""))
	for _, want := range []string{was, `"flipped"`, "", was} {
		if got := get(t, o, "a", "Range", "bytes=0-9").Header.Get("ETag"); got != want {
			t.Errorf("ETag %s, want %s", got, want)
		}
	}
}

// A fault may use the origin: here a new version comes between two requests.
func TestFaultThatReplaces(t *testing.T) {
	o := fetchtest.New(t, file("a"))
	v1, v2 := o.Content("a"), fetchtest.Random(8, size)
	o.Fault(fetchtest.Nth(1), func(*fetchtest.Response) { o.Replace("a", v2) })
	get(t, o, "a").check(t, 200, v1, 0, size)
	get(t, o, "a").check(t, 200, v2, 0, size)
}

func TestTrickleAndDelay(t *testing.T) {
	local(t, func(t *testing.T, o *fetchtest.Origin) {
		o.Fault(fetchtest.Always, fetchtest.Trickle(10), fetchtest.Delay(time.Second), fetchtest.Delay(time.Second))
		begin := time.Now()
		get(t, o, "a", "Range", "bytes=0-99").check(t, 206, o.Content("a"), 0, 100)
		near(t, "it", time.Since(begin), 12*time.Second, 0)
	})
}

func TestHold(t *testing.T) {
	for _, at := range []int64{fetchtest.BeforeHead, 0, 1000, size - 1, size} {
		local(t, func(t *testing.T, o *fetchtest.Origin) {
			gate := make(chan struct{})
			o.Fault(fetchtest.Always, fetchtest.HoldAt(at, gate))
			result := make(chan got)
			go func() { result <- get(t, o, "a") }()
			synctest.Wait()
			if r := o.Requests()[0]; r.Sent != max(0, at) || r.Done || (r.Status == 0) != (at < 0) {
				t.Errorf("held at %d: %+v", at, r)
			}
			close(gate)
			(<-result).check(t, http.StatusOK, o.Content("a"), 0, size)
		})
	}
}
