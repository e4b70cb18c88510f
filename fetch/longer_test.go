package fetch

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// linkOf is a link of so many bytes a second.
func linkOf(rate int64) fetchtest.Link {
	return fetchtest.Link{RTT: 10 * time.Millisecond, ConnRate: rate, TotalRate: rate}
}

// longer sends n bytes more of the file than a range asked for, and says so.
func longer(n int64) fetchtest.Fault {
	return func(a *fetchtest.Response) {
		if a.Status == http.StatusPartialContent {
			a.To, a.Length = a.To+n, a.Length+n
			a.Header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", a.From, a.To-1, a.File.Content.Size()))
		}
	}
}

// TestLongerThanAsked has a server send more of a file than was asked for, and
// be honest about it: that is refused (RFC 9110 section 15.3.7), no byte of it is
// read, and the file is asked for once without a range.
func TestLongerThanAsked(t *testing.T) {
	for _, n := range []int64{1, 1000} {
		bubble(t, func(f *fixture) {
			f.origin.Fault(fetchtest.Always, longer(n), func(a *fetchtest.Response) {
				if a.Status == http.StatusPartialContent {
					a.Body = fetchtest.Random(99, 30*mb)
				}
			})
			if err := f.attempt(f.reader("a"), 0, 1000); err != nil {
				t.Errorf("%d bytes more: %v", n, err)
			}
			if requests := f.origin.Requests(); len(requests) != 2 || requests[1].Range != "" {
				t.Errorf("%d bytes more: %d requests, %+v", n, len(requests), requests)
			}
		}, file("a", 30*mb))
	}
}
