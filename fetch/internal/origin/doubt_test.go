package origin

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

const digits = "0123456789abcdefghij" // a file of 20 bytes

// refusing is a server that refuses ranges, and notes the hosts that it was asked as
// and the ranges that it was asked for.
func refusing(asked *[]string) *Client {
	return NewClient(Options{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		*asked = append(*asked, strings.TrimSpace(r.URL.Host+r.URL.Path+" "+r.Header.Get("Range")))
		switch {
		case r.URL.Host == "door.test":
			return respond(r, http.StatusFound, http.NoBody, 0, "Location: http://a.test"+r.URL.Path), nil
		case r.Header.Get("Range") == "":
			return respond(r, http.StatusOK, strings.NewReader(digits), 20), nil
		case strings.HasPrefix(r.URL.Path, "/good"):
			return respond(r, http.StatusPartialContent, strings.NewReader(digits[:10]), 10, "Content-Range: bytes 0-9/20"), nil
		}
		return respond(r, http.StatusPartialContent, strings.NewReader("what is this?"), 13, "Content-Range: pages 0-9/20"), nil
	})})
}

func get(t *testing.T, c *Client, url string) {
	t.Helper()
	q := ask()
	q.Location.URL, q.IfRange, q.LeaveHost = url, `"tag"`, func() error { return nil }
	resp, err := c.Get(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Close()
	if b, err := io.ReadAll(resp); err != nil || string(b) != digits[:len(b)] || len(b) < 10 {
		t.Errorf("read %q, %v", b, err)
	}
	if resp.Whole && resp.IfRange != "" {
		t.Error("a condition without a range")
	}
}

// TestBrokenRangesAreRemembered asks a server whose ranges make no sense: a file of
// it for 5 minutes without a range, and all its files after two.
func TestBrokenRangesAreRemembered(t *testing.T) {
	for name, c := range map[string]struct {
		ask  []string // files, or how long to wait
		want []string
	}{
		"one file": {[]string{"a.test/1", "a.test/1", "a.test/good"},
			[]string{"a.test/1 bytes=0-9", "a.test/1", "a.test/1", "a.test/good bytes=0-9"}},
		"two files": {[]string{"a.test/1", "a.test/2", "a.test/3", "a.test/good", "b.test/good"},
			[]string{"a.test/1 bytes=0-9", "a.test/1", "a.test/2 bytes=0-9", "a.test/2", "a.test/3", "a.test/good", "b.test/good bytes=0-9"}},
		"for 5 minutes": {[]string{"a.test/1", "a.test/2", "299s", "a.test/good", "2s", "a.test/good", "a.test/3", "a.test/good"},
			[]string{"a.test/1 bytes=0-9", "a.test/1", "a.test/2 bytes=0-9", "a.test/2", "a.test/good",
				"a.test/good bytes=0-9", "a.test/3 bytes=0-9", "a.test/3", "a.test/good bytes=0-9"}},
		"one file for 5 minutes": {[]string{"a.test/1", "299s", "a.test/1", "2s", "a.test/1"},
			[]string{"a.test/1 bytes=0-9", "a.test/1", "a.test/1", "a.test/1 bytes=0-9", "a.test/1"}},
		"behind a redirect": {[]string{"door.test/1", "door.test/2", "door.test/good"},
			[]string{"door.test/1 bytes=0-9", "a.test/1 bytes=0-9", "door.test/1", "a.test/1",
				"door.test/2 bytes=0-9", "a.test/2 bytes=0-9", "door.test/2", "a.test/2", "door.test/good bytes=0-9", "a.test/good"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked []string
				client := refusing(&asked)
				for _, step := range c.ask {
					if wait, err := time.ParseDuration(step); err == nil {
						time.Sleep(wait)
						continue
					}
					get(t, client, "http://"+step)
				}
				if !slices.Equal(asked, c.want) {
					t.Errorf("asked for %q, want %q", asked, c.want)
				}
			})
		})
	}
}

// TestShortFilesBreakNoRanges has a server refuse a range since its files are
// shorter. That is no reason to ask it for long ones without.
func TestShortFilesBreakNoRanges(t *testing.T) {
	for _, status := range []int{400, 416} {
		asked := 0
		client := NewClient(Options{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			asked++
			switch {
			case r.Header.Get("Range") == "":
				return respond(r, http.StatusOK, strings.NewReader("short"), 5), nil
			case r.URL.Path == "/long":
				return respond(r, http.StatusPartialContent, strings.NewReader(digits[:10]), 10, "Content-Range: bytes 0-9/20"), nil
			}
			return respond(r, status, http.NoBody, 0), nil
		})})
		for i, path := range []string{"/1", "/2", "/3", "/long"} {
			q := ask()
			q.Location.URL = "http://a.test" + path
			resp, err := client.Get(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			if whole := path != "/long"; resp.Whole != whole || asked != 2*min(i+1, 3)+i/3 {
				t.Errorf("%d, %s: whole is %v after %d requests", status, path, resp.Whole, asked)
			}
			resp.Close()
		}
	}
}

// TestAskedOnceWithoutRange has a server make no sense without a range, either.
func TestAskedOnceWithoutRange(t *testing.T) {
	for name, c := range map[string]struct {
		ranged, plain func(*http.Request) *http.Response
		want          error
	}{
		"400":             {status(400), status(400), fault.ErrBadResponse},
		"416":             {status(416), status(416), fault.ErrBadResponse},
		"gone":            {status(416), status(404), fault.ErrNotFound},
		"a part":          {part(10, "bytes 5-14/20"), part(10, "bytes 5-14/20"), fault.ErrBadResponse},
		"another length":  {part(8, "bytes 0-9/20"), whole(8), fault.ErrBadResponse},
		"the same length": {part(8, "bytes 0-9/20"), whole(20), nil},
	} {
		asked := 0
		client := NewClient(Options{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			if asked++; r.Header.Get("Range") == "" {
				return c.plain(r), nil
			}
			return c.ranged(r), nil
		})})
		resp, err := client.Get(t.Context(), ask())
		if !errors.Is(err, c.want) || asked != 2 {
			t.Errorf("%s: %v after %d requests", name, err, asked)
		}
		if err == nil {
			resp.Close()
		}
		q := ask()
		q.PartOnly = true
		if resp, err = client.Get(t.Context(), q); !errors.Is(err, fault.ErrBadResponse) || asked != 3 {
			t.Errorf("%s, where the whole is of no use: %v after %d requests", name, err, asked)
		}
		if err == nil {
			resp.Close()
		}
	}
}

func status(code int) func(*http.Request) *http.Response {
	return func(r *http.Request) *http.Response { return respond(r, code, http.NoBody, 0) }
}

func part(n int64, contentRange string) func(*http.Request) *http.Response {
	return func(r *http.Request) *http.Response {
		return respond(r, http.StatusPartialContent, strings.NewReader(digits[:n]), n, "Content-Range: "+contentRange)
	}
}

func whole(n int64) func(*http.Request) *http.Response {
	return func(r *http.Request) *http.Response {
		return respond(r, http.StatusOK, strings.NewReader(digits[:n]), n)
	}
}

// TestMultipart reads a part that comes alone in a body for several.
func TestMultipart(t *testing.T) {
	const good = "--x\r\nContent-Type: audio/mpeg\r\nContent-Range: bytes 0-9/20\r\n\r\n0123456789\r\n--x--\r\n"
	for name, c := range map[string]struct {
		typ, body string
		want      error
	}{
		"one part":      {"multipart/byteranges; boundary=x", good, nil},
		"in any case":   {`Multipart/ByteRanges; boundary="x"`, strings.ReplaceAll(good, "Content-", "content-"), nil},
		"a preamble":    {"multipart/byteranges; boundary=x", "hello\r\n" + good, nil},
		"bare newlines": {"multipart/byteranges; boundary=x", strings.ReplaceAll(good, "\r", ""), nil},
		"two parts":     {"multipart/byteranges; boundary=x", good[:len(good)-4] + "\r\n" + good, nil},
		"no end":        {"multipart/byteranges; boundary=x", good[:len(good)-9], nil},
		"cut":           {"multipart/byteranges; boundary=x", good[:len(good)-12], fault.ErrUnreachable},
		"another part":  {"multipart/byteranges; boundary=x", strings.Replace(good, "0-9", "5-14", 1), fault.ErrBadResponse},
		"no range":      {"multipart/byteranges; boundary=x", strings.Replace(good, "Content-Range", "X", 1), fault.ErrBadResponse},
		"no boundary":   {"multipart/byteranges", good, fault.ErrBadResponse},
		"no part":       {"multipart/byteranges; boundary=x", "--x--\r\n", fault.ErrBadResponse},
		"another's":     {"multipart/byteranges; boundary=y", good, fault.ErrBadResponse},
		"a late part":   {"multipart/byteranges; boundary=x", strings.Repeat("hello\r\n", 10_000) + good, fault.ErrBadResponse},
	} {
		client := NewClient(Options{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			return respond(r, http.StatusPartialContent, strings.NewReader(c.body), int64(len(c.body)), "Content-Type: "+c.typ), nil
		})})
		q := ask()
		q.PartOnly = true
		resp, err := client.Get(t.Context(), q)
		var b []byte
		if err == nil {
			b, err = io.ReadAll(resp)
			resp.Close()
		}
		if !errors.Is(err, c.want) || err == nil && (string(b) != digits[:10] || resp.Type != "audio/mpeg" || resp.Validator.Size != 20) {
			t.Errorf("%s: %q, %v, want %v", name, b, err, c.want)
		}
	}
}

// TestMultipartIsNoFile refuses a body in parts that says that it is the file.
func TestMultipartIsNoFile(t *testing.T) {
	client := NewClient(Options{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		return respond(r, http.StatusOK, strings.NewReader("--x\r\n"), 5, "Content-Type: multipart/byteranges; boundary=x"), nil
	})})
	if _, err := client.Get(t.Context(), ask()); !errors.Is(err, fault.ErrBadResponse) {
		t.Error(err)
	}
}

// TestCookieOfARedirect follows a redirect that sets a cookie. The address that it
// led to is not noted: it is not enough to ask there again.
func TestCookieOfARedirect(t *testing.T) {
	for _, cookie := range []bool{true, false} {
		var heard []string
		client := NewClient(Options{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			heard = append(heard, fmt.Sprint(r.URL, " ", r.Header.Get("Cookie")))
			if r.URL.Path == "/f" {
				resp := respond(r, http.StatusFound, http.NoBody, 0, "Location: /100%")
				if cookie {
					resp.Header.Set("Set-Cookie", "s=1; Path=/")
				}
				return resp, nil
			}
			return part(10, "bytes 0-9/20")(r), nil
		})})
		for range 2 {
			resp, err := client.Get(t.Context(), ask())
			if err != nil {
				t.Fatal(err)
			}
			if noted := resp.RedirectTarget.URL != ""; noted == cookie {
				t.Errorf("with a cookie %v, the target is %q", cookie, resp.RedirectTarget.URL)
			}
			resp.Close()
		}
		sent := ""
		if cookie {
			sent = "s=1"
		}
		once := []string{"http://a.test/f ", "http://a.test/100%25 " + sent}
		if want := slices.Concat(once, once); !slices.Equal(heard, want) {
			t.Errorf("heard %q, want %q", heard, want)
		}
	}
}
