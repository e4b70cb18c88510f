package itunes

import (
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog/catalogtest"
)

// hostile returns rows that no honest store sends, and some odd ones that it
// does.
func hostile() []fields {
	return []fields{
		song(1, "Scott Joplin", "The Entertainer"),
		song(2, "Scott Joplin", "The Entertainer"),
		song(3, "../../x", "../../../etc/passwd"),
		song(4, "...", ".."),
		song(5, "", ""),
		song(6, strings.Repeat("é", 4000), strings.Repeat("x", 4000)),
		song(7, "a\x00b\nc", "\u202Egpj.exe\u2028"),
		song(8, "", "playlist.m3u8").with("previewUrl", "https://audio.example.com/8"),
		song(9, "", "The Entertainer.m4a.pause").with("previewUrl", "https://audio.example.com/9.sh"),
		song(10, "x", "y").with("previewUrl", "file:///etc/passwd"),
		song(11, "x", "y").with("previewUrl", nil),
		song(12, "x", "y").with("trackId", nil),
		song(13, "x", "y").with("trackId", nil).with("wrapperType", "audiobook").with("collectionId", 13),
		song(14, "x", "y").with("artworkUrl100", "data:,x").with("trackViewUrl", "javascript:alert(1)"),
		song(2, "Twice", "The same"),
	}
}

// conforming returns a store with rows, to be checked.
func conforming(t *testing.T, rows []fields, opt Options) catalogtest.Service {
	server := catalogtest.NewSwitch(&service{rows: rows})
	s := serve(t, server, opt)
	return catalogtest.Service{Source: s, Query: "anything", Nothing: "nothing", Stall: server.Stall, Serve: server.Serve}
}

func TestConformance(t *testing.T) {
	catalogtest.Run(t, func(t *testing.T) catalogtest.Service { return conforming(t, hostile(), Options{}) })
}

func TestConformanceOfAlbums(t *testing.T) {
	catalogtest.Run(t, func(t *testing.T) catalogtest.Service {
		rows := []fields{album(9000, "..", "../../x\x00"), album(9001, strings.Repeat("é", 4000), "")}
		for _, row := range append(rows, hostile()...) {
			rows = append(rows, row.with("artworkUrl100", nil)) // whose server is none of the test's
		}
		return conforming(t, rows[2:], Options{Entity: "album"})
	})
}
