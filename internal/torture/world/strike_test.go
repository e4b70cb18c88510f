package world

import (
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// TestSurplus has a response of unknown length carry nothing but the file, whichever
// fault began first: more bytes would make another file of it.
func TestSurplus(t *testing.T) {
	for _, kinds := range [][]string{{"long", "chunked"}, {"chunked", "long"}} {
		begun := time.Now()
		setup := plan.Setup{Service: "index", Files: []plan.File{{Path: "a.mp3", Size: 1000, Validators: "strong"}}}
		w, err := New(setup, func() time.Duration { return time.Since(begun) })
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		for i, kind := range kinds {
			if err := w.Strike(i, kind, "", false, 0); err != nil {
				t.Fatal(err)
			}
		}
		resp, err := http.Get("http://" + w.host + "/" + Base + "/a.mp3")
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil || len(body) != 1000 || resp.ContentLength != -1 {
			t.Errorf("%v: %d bytes of 1000, Content-Length %d, %v", kinds, len(body), resp.ContentLength, err)
		}
	}
}
