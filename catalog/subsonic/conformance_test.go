package subsonic

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog/catalogtest"
)

// hostile returns songs that no honest server sends, and some odd ones that it
// does.
func hostile() []object {
	return []object{
		track("1", "The Entertainer"),
		track("2", "The Entertainer"),
		track("../../3", "../../../etc/passwd"),
		track("a/b?c=d&e#f", "..."),
		with(track("5", ""), "path", "/../..//"),
		track("6", strings.Repeat("é", 4000)),
		track("a\x00b\nc", "\u202Egpj.exe\u2028"),
		with(with(track("8", "playlist.m3u8"), "suffix", ""), "contentType", "text/html"),
		with(track("9", "The Entertainer.mp3.pause"), "suffix", "sh"),
		with(track("10", "x"), "size", -1),
		with(track("11", "x"), "size", "9223372036854775808"),
		with(with(track("12", "x"), "track", -5), "duration", -1),
		with(track("", "no id"), "size", 0),
		with(track("13", "x"), "year", -44),
		track("2", "Twice, the same"),
	}
}

func TestConformance(t *testing.T) {
	catalogtest.Run(t, func(t *testing.T) catalogtest.Service {
		lib := &server{responses: library(), extensions: []string{"formPost"}}
		lib.responses["search3"] = object{"searchResult3": object{"song": hostile(),
			"artist": []object{{"id": "ar-1", "name": "../.."}}, "album": []object{{"id": "al-1", "name": "\x00", "artist": "/"}}}}
		lib.responses["getAlbum?al-2"] = object{"album": object{"id": "al-2", "song": hostile()}}
		lib.responses["getArtist"] = object{"artist": object{"id": "ar"}} // of those without albums
		server := catalogtest.NewSwitch(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_ = r.ParseForm()
			if strings.HasSuffix(r.URL.Path, "search3") && r.Form.Get("query") == "nothing" {
				raw("application/json", `{"subsonic-response":{"status":"ok","searchResult3":{}}}`).ServeHTTP(w, r)
				return
			}
			lib.ServeHTTP(w, r)
		}))
		s := source(t, server, Options{})
		return catalogtest.Service{Source: s, Query: "anything", Nothing: "nothing", Stall: server.Stall, Serve: server.Serve}
	})
}
