package fetch

import (
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/internal/durable"
)

// TestSlowWriteIsNotTheLink has the disk take long over one write, while a fast
// link brings the rest of the file: no connection is opened for what is there.
func TestSlowWriteIsNotTheLink(t *testing.T) {
	for _, took := range []time.Duration{100, 200, 400, 800} {
		hook := hookDisk(t)
		bubble(t, func(f *fixture) {
			writes := 0
			hook(func(s durable.Step) error {
				if s.Kind == "writing" {
					if writes++; writes == 5 {
						time.Sleep(took * time.Millisecond)
					}
				}
				return nil
			})
			f.control(f.download("a"), Start)
			f.readAll("a")
			f.untilState(f.download("a"), Complete)
			if n := f.requestsArrived(); n > 2 || f.sent() > 5*mb+7 {
				t.Errorf("a write of %d ms: %d requests, %d bytes sent", took, n, f.sent())
			}
		}, file("a", 5*mb+7))
	}
}
