package playlist

import (
	"errors"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

// A list of which only what is told of its entries came is no empty list.
func TestM3UWithoutAddresses(t *testing.T) {
	for text, want := range map[string]error{
		"#EXTM3U\n": nil,
		"#EXTM3U\n# an empty list\n#PLAYLIST:x\n":   nil,
		"#EXTM3U\n#EXTINF:1,a\n#EXTINF:2,b\n":       catalog.ErrBadResponse,
		"#EXTM3U\n#EXTINF:1,a\nhttp://host/a.mp3\n": nil,
		"#EXTM3U\nhttp://host/a.mp3\n#EXTINF:1,b\n": nil, // which has something
	} {
		if _, err := parseM3U(text); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
}
