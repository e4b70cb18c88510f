package world

import (
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
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

// TestStrikesLast has a response that a fault struck end later than the fault: a program
// meets the fault until then.
func TestStrikesLast(t *testing.T) {
	const path, moment = "a.mp3", time.Second
	var clock time.Duration
	setup := plan.Setup{Service: "index", Files: []plan.File{{Path: path, Size: 1000, Validators: "strong"}}}
	w, err := New(setup, func() time.Duration { return clock })
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.Strike(1, "etag", "", false, 0); err != nil {
		t.Fatal(err)
	}
	resp := &fetchtest.Response{Request: fetchtest.Request{URI: "/" + Base + "/" + path}, Header: http.Header{}}
	w.edit(resp)
	w.Heal(1)
	for _, step := range []struct {
		does    func()
		strikes int
	}{{func() {}, 1}, {resp.Ended, 1}, {func() {}, 0}} {
		clock += moment
		step.does()
		if got := w.Strikes(path, clock, clock); len(got) != step.strikes {
			t.Errorf("%d faults strike at %v, want %d", len(got), clock, step.strikes)
		}
	}
}
