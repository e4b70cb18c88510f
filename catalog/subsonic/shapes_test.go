package subsonic

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

// raw answers every call with one body, but says nothing of extensions.
func raw(typ, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", typ)
		_, _ = w.Write([]byte(body))
	})
}

// Servers differ in what they send, and in how.
var shapes = map[string]struct {
	folder string
	body   string
	want   []string
}{
	"Navidrome": {"album:2Xq", `{"subsonic-response":{"status":"ok","version":"1.16.1","type":"navidrome","serverVersion":"0.53.3 (13af8ed4)","openSubsonic":true,
		"album":{"id":"2Xq","name":"Rags","artist":"Scott Joplin","artistId":"5c","coverArt":"al-2Xq_66d4bf2a","songCount":1,"duration":178,
		"created":"2023-03-14T17:51:22.112827504Z","year":1902,"genres":[{"name":"Ragtime"}],"discTitles":[],"isCompilation":false,
		"song":[{"id":"9aQ","parent":"2Xq","isDir":false,"title":"Elite","album":"Rags","artist":"Scott Joplin • Guest","displayArtist":"Scott Joplin feat. Guest",
		"track":4,"size":19866778,"contentType":"audio/flac","suffix":"flac","duration":178,"bitRate":880,"bitDepth":16,"discNumber":1,"explicitStatus":"",
		"replayGain":{"trackGain":0.1},"bpm":0,"musicBrainzId":"","moods":[],"artists":[{"id":"5c","name":"Scott Joplin"}]}]}}}`,
		[]string{"04 - Elite.flac", "cover.jpg"}},
	"gonic": {"album:al-6", `{"subsonic-response":{"status":"ok","version":"1.15.0","type":"gonic","serverVersion":"v0.16.4","openSubsonic":true,
		"album":{"id":"al-6","created":"2019-11-30T00:00:00Z","artistId":"ar-17","artist":"B","title":"Rags","album":"Rags","name":"Rags","year":2017,
		"song":[{"id":"tr-6","album":"Rags","albumId":"al-6","artist":"B","bitRate":100,"contentType":"audio/x-flac","created":"2019-11-30T00:00:00Z",
		"duration":100,"isDir":false,"path":"b/rags/track-0.flac","suffix":"flac","title":"","track":1,"discNumber":1,"year":2017,"replayGain":null}]}}}`,
		[]string{"01 - track-0.flac"}},
	"the first Subsonic, by way of XML": {"album:11", `{"subsonic-response":{"xmlns":"http://subsonic.org/restapi","status":"ok","version":"1.8.0",
		"album":{"id":11,"name":"Rags","coverArt":"al-11","songCount":1,"song":{"id":71463,"isDir":false,"title":"Solace","track":5,"size":8421341,"contentType":"audio/mpeg","suffix":"mp3"}}}}`,
		[]string{"05 - Solace.mp3", "cover.jpg"}},
	"one artist of one index, without brackets": {"artists", `{"subsonic-response":{"status":"ok","artists":{"index":{"name":"J","artist":{"id":5449,"name":"Joplin"}}}}}`,
		[]string{"Joplin/"}},
	"none, as an empty string": {"artists", `{"subsonic-response":{"status":"ok","artists":""}}`, nil},
	"none, as an empty object": {"playlists", `{"subsonic-response":{"status":"ok","playlists":{}}}`, nil},
	"null":                     {"playlists", `{"subsonic-response":{"status":"ok","playlists":{"playlist":null}}}`, nil},
	"numbers as strings": {"album:1", `{"subsonic-response":{"status":"ok","album":{"id":"1","year":"1902","song":[
		{"id":"1","title":"A","track":"7","size":"123","duration":"60","suffix":"MP3","isDir":"false"}]}}}`, []string{"07 - A.mp3"}},
	"nothing but an id": {"album:1", `{"subsonic-response":{"status":"ok","album":{"song":[{"id":1}]}}}`, []string{"Untitled"}},
	"rows that are none": {"album:1", `{"subsonic-response":{"status":"ok","album":{"song":[7,"x",null,[],{"title":"no id"},{"id":{"a":1}},{"id":"1","title":"A","isDir":true},{"id":"` +
		strings.Repeat("x", 5000) + `"},{"id":"2","title":["B"],"artist":3,"size":{},"suffix":"exe"}]}}}`, []string{"Untitled"}},
	"a byte order mark": {"artists", "\uFEFF" + `{"subsonic-response":{"status":"ok","artists":{}}}`, nil},
}

func TestShapes(t *testing.T) {
	for name, c := range shapes {
		wantEqual(t, name, names(t, source(t, raw("application/json", c.body), Options{}), c.folder), c.want...)
	}
}

// What is left out is told once for each response.
func TestOddRowsAreCounted(t *testing.T) {
	log := &lines{}
	c := shapes["rows that are none"]
	if _, err := source(t, raw("application/json", c.body), Options{Env: catalog.Env{Logger: log.logger()}}).List(t.Context(), c.folder); err != nil {
		t.Fatal(err)
	}
	if len(log.all) != 1 || !strings.Contains(log.all[0], "rows=8") {
		t.Errorf("%q", log.all)
	}
}

// What is no response is an error, in words.
func TestBadResponses(t *testing.T) {
	for _, c := range []struct {
		typ, body string
		want      error
	}{
		{"text/html", "<html>log in</html>", catalog.ErrBadResponse},
		{"application/json", "", catalog.ErrBadResponse},
		{"application/json", "[]", catalog.ErrBadResponse},
		{"application/json", "{}", catalog.ErrBadResponse},
		{"application/json", `{"subsonic-response":[]}`, catalog.ErrBadResponse},
		{"application/json", `{"subsonic-response":{"status":"ok","artists":{"index":[`, catalog.ErrBadResponse},
		{"application/json", `{"subsonic-response":{"status":"failed"}}`, catalog.ErrBadResponse},
		{"application/json", `{"subsonic-response":{"status":"ok","error":{"code":70,"message":"gone"}}}`, catalog.ErrNotFound},
		{"application/json", `{"subsonic-response":{"status":"failed","error":{"code":"50","message":"no"}}}`, catalog.ErrDenied},
		{"application/json", `{"subsonic-response":{"status":"failed","error":"no"}}`, catalog.ErrBadResponse},
		{"text/xml", `<?xml version="1.0"?><subsonic-response xmlns="http://subsonic.org/restapi" status="failed"><error code="40" message="no"/></subsonic-response>`, catalog.ErrDenied},
		{"text/xml", `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><subsonic-response><error code="40" message="&b;"/></subsonic-response>`, catalog.ErrBadResponse},
		{"text/xml", `<subsonic-response status="ok"></subsonic-response>`, catalog.ErrBadResponse},
		{"application/json", `{"subsonic-response":{"status":"ok","artists":{"index":[{"artist":[` +
			strings.Repeat("{},", maxRows) + `{}]}]}}}`, catalog.ErrBadResponse},
		{"application/json", `{"subsonic-response":{"status":"ok","artists":{"index":[` +
			strings.Repeat(`{"artist":[{"album":[{"song":[`+strings.Repeat("{},", 99)+`{}]}]}]},`, maxObjects/100) + `{}]}}}`, catalog.ErrBadResponse},
	} {
		l, err := source(t, raw(c.typ, c.body), Options{}).List(t.Context(), "artists")
		if !errors.Is(err, c.want) || len(l.Folders) > 0 || len(err.Error()) > 300 {
			t.Errorf("%.80s: %v, want %v", c.body, err, c.want)
		}
	}
}

// The status of a response counts where its body says nothing.
func TestStatus(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		want   error
	}{
		{401, "", catalog.ErrDenied},
		{404, "", catalog.ErrBadResponse},
		{404, `{"subsonic-response":{"status":"failed","error":{"code":70,"message":"gone"}}}`, catalog.ErrNotFound},
		{403, `<subsonic-response status="failed"><error code="70" message="gone"/></subsonic-response>`, catalog.ErrNotFound},
		{429, "", catalog.ErrRateLimited},
		{502, "<html>", catalog.ErrUnavailable},
	} {
		s := source(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			_, _ = w.Write([]byte(c.body))
		}), Options{})
		if _, err := s.List(t.Context(), "artists"); !errors.Is(err, c.want) {
			t.Errorf("%d %s: %v, want %v", c.status, c.body, err, c.want)
		}
	}
}

// The numbers are those of the protocol's documentation:
// https://opensubsonic.netlify.app/docs/responses/error/.
func TestFailureKinds(t *testing.T) {
	for code, want := range map[int]error{
		0: catalog.ErrBadResponse, 10: catalog.ErrBadResponse, 20: catalog.ErrNotSupported, 30: catalog.ErrNotSupported,
		40: catalog.ErrDenied, 41: catalog.ErrDenied, 42: catalog.ErrDenied, 43: catalog.ErrDenied,
		44: catalog.ErrDenied, 50: catalog.ErrDenied, 60: catalog.ErrDenied, 70: catalog.ErrNotFound,
		999: catalog.ErrBadResponse,
	} {
		lib := &server{refuse: func(params url.Values) (int, string) {
			if slices.Contains(params["id"], "1") {
				return code, "because\nof this"
			}
			return 0, ""
		}}
		_, err := source(t, lib, Options{Auth: authPassword}).List(t.Context(), "album:1")
		if !errors.Is(err, want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%d: %v, want %v", code, err, want)
		}
	}
}
