package fetch

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// unconditional answers a range with that range, whatever If-Range says.
func unconditional(a *fetchtest.Response) {
	a.Status, a.From, a.To = http.StatusPartialContent, a.Request.From, a.Request.To
	a.Length = a.To - a.From
	a.Header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", a.From, a.To-1, a.File.Content.Size()))
}

// TestOldVersionHoldsNobodyUp has a transfer stall, and another one show that the
// file has changed since: a read that waits for the first one gets its bytes from
// the new version at once, and not when the first one has run out of time.
func TestOldVersionHoldsNobodyUp(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.Fault(fetchtest.Nth(1), fetchtest.StallAfter(0))
		f.origin.Fault(fetchtest.From(2), unconditional)
		ended := make(chan error, 1)
		go func() { ended <- f.attempt(f.reader("a"), 0, 1000) }()
		time.Sleep(time.Second)
		f.origin.Replace("a", fetchtest.Random(77, 30*mb))
		began := time.Now()
		f.read(f.reader("a"), 20*mb, 1000)
		if err := <-ended; err != nil {
			t.Errorf("the read that waited: %v", err)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("it waited for %v more", took)
		}
		f.read(f.reader("a"), 0, 1000)
	}, file("a", 30*mb))
}
