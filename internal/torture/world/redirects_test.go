package world

import (
	"net/http"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// TestHops counts the redirects that a client follows, which goes on at the end of a chain
// or where it began.
func TestHops(t *testing.T) {
	for _, tt := range []struct {
		name  string
		kinds []string // each strikes one request of the client
		keeps bool     // the client goes on where the last request ended
		hops  []int    // after each request
	}{
		{"one chain", []string{"redirect9"}, false, []int{9}},
		{"too long", []string{"redirect12"}, false, []int{12}},
		{"a chain from the end of another", []string{"redirect9", "redirect12"}, true, []int{9, 3}},
		{"chains beside each other", []string{"redirect9", "redirect12"}, false, []int{9, 12}},
		{"an end that stays", []string{"redirect9", "slow", "redirect12"}, true, []int{9, 0, 3}},
		{"no redirect", []string{"slow"}, false, []int{0}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			begun := time.Now()
			setup := plan.Setup{Service: "index", Files: []plan.File{{Path: "a.mp3", Size: 1000, Validators: "strong"}}}
			w, err := New(setup, func() time.Duration { return time.Since(begun) })
			if err != nil {
				t.Fatal(err)
			}
			defer w.Close()
			client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return nil }}
			address := "http://" + w.host + "/" + Base + "/a.mp3"
			for i, kind := range tt.kinds {
				if err := w.Strike(i, kind, "", false, 0); err != nil {
					t.Fatal(err)
				}
				resp, err := client.Get(address)
				if err != nil {
					t.Fatal(err)
				}
				resp.Body.Close()
				w.Heal(i)
				if got := w.Hops(); got != tt.hops[i] || w.Hops() != 0 {
					t.Errorf("request %d: %d redirects in a row, want %d", i, got, tt.hops[i])
				}
				if tt.keeps {
					address = resp.Request.URL.String()
				}
			}
		})
	}
}
