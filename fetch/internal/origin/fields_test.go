package origin

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/textproto"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/internal/httprule"
)

// hostileFields are fields of a response that are well-formed and hugely long.
var hostileFields = []string{
	`ETag: "` + strings.Repeat("x", 9<<20) + `"`,
	"Last-Modified: Sun, 06 Nov 1994 08:49:37." + strings.Repeat("0", 9<<20) + " GMT",
	"Date: Sun, 06 Nov 1994 08:49:38." + strings.Repeat("0", 9<<20) + " GMT",
	"Content-Type: audio/" + strings.Repeat("x", 9<<20),
	"Content-Type: audio/mpeg; x=" + strings.Repeat("x", 9<<20),
	"Content-Type: multipart/byteranges; boundary=" + strings.Repeat("x", 9<<20),
	"Content-Range: bytes 0-9/100" + strings.Repeat(" ", 9<<20),
	"Content-Encoding: identity" + strings.Repeat(", identity", 1<<20),
	"Retry-After: " + strings.Repeat("0", 9<<20) + "5",
	"X-Other: " + strings.Repeat("x", 9<<20),
}

// longest returns the length of the longest string that v holds, in its unexported
// fields too, but for those of the types in skip.
func longest(v reflect.Value, skip ...reflect.Type) int {
	for _, t := range skip {
		if v.IsValid() && v.Type() == t {
			return 0
		}
	}
	most := 0
	switch v.Kind() {
	case reflect.String:
		return v.Len()
	case reflect.Struct:
		for i := range v.NumField() {
			most = max(most, longest(v.Field(i), skip...))
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			most = max(most, longest(v.Index(i), skip...))
		}
	case reflect.Map:
		for each := v.MapRange(); each.Next(); {
			most = max(most, longest(each.Key(), skip...), longest(each.Value(), skip...))
		}
	}
	return most
}

// TestFieldsAreBounded asks every string of a response for its length, where the
// server sends fields of 9 MB.
func TestFieldsAreBounded(t *testing.T) {
	for _, field := range hostileFields {
		for _, status := range []int{http.StatusOK, http.StatusPartialContent, http.StatusServiceUnavailable} {
			c := NewClient(Options{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				resp := respond(r, status, strings.NewReader("0123456789"), 10, "Content-Range: bytes 0-9/100", field)
				if status == http.StatusOK {
					resp.Header.Del("Content-Range")
				}
				return resp, nil
			})})
			r, err := c.Get(t.Context(), ask())
			if err != nil {
				if n := len(err.Error()); n > 500 {
					t.Errorf("%.30s: an error of %d bytes", field, n)
				}
				continue
			}
			if n := longest(reflect.ValueOf(*r), reflect.TypeFor[Location]()); n > maxTag {
				t.Errorf("%.30s, status %d: a response with a string of %d bytes", field, status, n)
			}
			r.Close()
		}
		name, value, _ := strings.Cut(field, ": ")
		header := http.Header{textproto.CanonicalMIMEHeaderKey(name): {value}}
		if n := longest(reflect.ValueOf(readFields(header, time.Now()))); n > maxTag {
			t.Errorf("%.30s: a field of %d bytes is kept", field, n)
		}
	}
}

// TestBoundsOfFields has each field as long as it may be, and one byte longer.
func TestBoundsOfFields(t *testing.T) {
	date := "Sun, 06 Nov 1994 08:49:37." + strings.Repeat("0", 64-len("Sun, 06 Nov 1994 08:49:37. GMT")) + " GMT"
	for name, c := range map[string]struct {
		field, most, longer string
		of                  func(*Response) string
		long                string
	}{
		"tag":  {"ETag", `"` + strings.Repeat("x", 1022) + `"`, `"` + strings.Repeat("x", 1023) + `"`, func(r *Response) string { return r.Validator.ETag }, ""},
		"date": {"Last-Modified", date, strings.Replace(date, ".", ".0", 1), func(r *Response) string { return r.Validator.Modified }, ""},
		"type": {"Content-Type", "audio/" + strings.Repeat("x", 250), "audio/" + strings.Repeat("x", 251), func(r *Response) string { return r.Type }, ""},
		"type with parameters": {"Content-Type", "audio/mpeg; x=" + strings.Repeat("x", 1000), "audio/mpeg; x=" + strings.Repeat("x", 60_000),
			func(r *Response) string { return r.Type }, "audio/mpeg"},
	} {
		for _, value := range []string{c.most, c.longer} {
			client := NewClient(Options{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				return respond(r, http.StatusPartialContent, strings.NewReader("0123456789"), 10, "Content-Range: bytes 0-9/100", c.field+": "+value), nil
			})})
			r, err := client.Get(t.Context(), ask())
			if err != nil {
				t.Errorf("%s of %d bytes: %v", name, len(value), err)
				continue
			}
			want := value
			if value == c.longer {
				want = c.long
			}
			if got := c.of(r); got != want && name != "type with parameters" || got == "" && want != "" {
				t.Errorf("%s of %d bytes: %d bytes are kept", name, len(value), len(got))
			}
			r.Close()
		}
	}
}

// TestBoundOfAddresses follows a redirect to an address of 8 KiB, and none further.
func TestBoundOfAddresses(t *testing.T) {
	for _, n := range []int{8 << 10, 8<<10 + 1} {
		to := "http://b.test/" + strings.Repeat("x", n-len("http://b.test/"))
		c := NewClient(Options{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			if r.URL.Host == "a.test" {
				return respond(r, http.StatusFound, strings.NewReader(""), 0, "Location: "+to), nil
			}
			return respond(r, http.StatusPartialContent, strings.NewReader("0123456789"), 10, "Content-Range: bytes 0-9/100"), nil
		})})
		q := ask()
		q.LeaveHost = func() error { return nil }
		r, err := c.Get(t.Context(), q)
		if n > httprule.MaxURL {
			if !errors.Is(err, fault.ErrBadResponse) || len(err.Error()) > 200 {
				t.Errorf("an address of %d bytes: %.100v", n, err)
			}
			continue
		}
		if err != nil || r.RedirectTarget.URL != to {
			t.Errorf("an address of %d bytes: %v", n, err)
			continue
		}
		r.Close()
		q.Location.URL = to + "x"
		if _, err := c.Get(t.Context(), q); !errors.Is(err, fault.ErrBadResponse) {
			t.Errorf("a location of %d bytes: %v", n+1, err)
		}
	}
}

// TestFieldsOfParts bounds what a part of a body says of itself.
func TestFieldsOfParts(t *testing.T) {
	body := "--b\r\nContent-Type: audio/" + strings.Repeat("x", 10_000) + "\r\nContent-Range: bytes 0-9/100\r\n\r\n0123456789\r\n--b--\r\n"
	c := NewClient(Options{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		return respond(r, http.StatusPartialContent, bytes.NewReader([]byte(body)), int64(len(body)), "Content-Type: multipart/byteranges; boundary=b"), nil
	})})
	r, err := c.Get(t.Context(), ask())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); string(got) != "0123456789" || err != nil || r.Type != "" {
		t.Errorf("%q of a type of %d bytes, %v", got, len(r.Type), err)
	}
}
