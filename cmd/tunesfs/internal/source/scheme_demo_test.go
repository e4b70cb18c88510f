package source

import (
	"log/slog"
	"testing"
)

// The demo's server is elsewhere at the next mount: no address of it is kept.
func TestRoamingKeepsNoAddress(t *testing.T) {
	src, end, err := openDemo(Source{Scheme: "demo"}, Environment{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	listing, err := src.Search(t.Context(), "bach")
	if err != nil || len(listing.Tracks) == 0 {
		t.Fatalf("%d tracks, %v", len(listing.Tracks), err)
	}
	for _, track := range listing.Tracks {
		for _, address := range []string{track.URL, track.Artwork, track.Store} {
			if isLoopback(address) {
				t.Errorf("%s keeps %s", track.Name, address)
			}
		}
	}
}

func TestIsLoopback(t *testing.T) {
	for address, want := range map[string]bool{
		"http://127.0.0.1:4711/x": true, "http://[::1]:1/": true, "https://example.org/": false, "": false,
	} {
		if got := isLoopback(address); got != want {
			t.Errorf("%q: %v, want %v", address, got, want)
		}
	}
}
