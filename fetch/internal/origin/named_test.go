package origin

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

// TestNamed has a file end before the range that is asked for, and says which version the
// response names then, and after how many requests.
func TestNamed(t *testing.T) {
	last := func(header ...string) func(*http.Request) *http.Response {
		return func(r *http.Request) *http.Response {
			return respond(r, http.StatusPartialContent, strings.NewReader("9"), 1, header...)
		}
	}
	const tag = `"new"`
	for name, c := range map[string]struct {
		known, total int64
		next         func(*http.Request) *http.Response // to the second request
		tag          string
		asked        int
		want         error
	}{
		"as long as known":     {9, 9, nil, "", 1, nil},
		"an empty file":        {-1, 0, nil, "", 1, nil},
		"shorter":              {20, 9, last("Content-Range: bytes 8-8/9", "ETag: "+tag), tag, 2, nil},
		"of an unknown length": {-1, 9, last("Content-Range: bytes 8-8/9", "ETag: "+tag), tag, 2, nil},
		"another again":        {20, 9, last("Content-Range: bytes 8-8/10", "ETag: "+tag), "", 2, nil},
		"without a validator":  {20, 9, last("Content-Range: bytes 8-8/9"), "", 2, nil},
		"sent whole":           {20, 9, whole(9), "", 2, nil},
		"gone":                 {20, 9, status(404), "", 2, fault.ErrNotFound},
	} {
		asked := 0
		client := NewClient(Options{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			if asked++; asked > 1 {
				return c.next(r), nil
			}
			return respond(r, http.StatusRequestedRangeNotSatisfiable, http.NoBody, 0, fmt.Sprintf("Content-Range: bytes */%d", c.total)), nil
		})})
		q := ask()
		q.Range.Start, q.Range.End, q.Known, q.IfRange = 12, 15, c.known, `"old"`
		resp, err := client.Get(t.Context(), q)
		if !errors.Is(err, c.want) || asked != c.asked {
			t.Errorf("%s: %v after %d requests", name, err, asked)
			continue
		}
		if err != nil {
			continue
		}
		if v := resp.Validator; v.ETag != c.tag || v.Size != c.total || !resp.Range.Empty() {
			t.Errorf("%s: %+v of %v", name, v, resp.Range)
		}
		resp.Close()
	}
}
