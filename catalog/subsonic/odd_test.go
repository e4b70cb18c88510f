package subsonic

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/catalogtest"
)

// An oddServer answers with odd shapes of what servers send.
type oddServer struct {
	dice *catalogtest.Dice
	log  catalogtest.LogCounter
	sent [][]byte // since the last check, but for what the server can do
	of   []string // the part of each response that holds rows
}

// parts are what responses hold, by method.
var parts = map[string]string{
	"getArtists": "artists", "getArtist": "artist", "getAlbum": "album",
	"getPlaylists": "playlists", "getPlaylist": "playlist", "search3": "searchResult3",
}

// respond is a catalogtest.Wire.
func (o *oddServer) respond(r *http.Request) (string, []byte) {
	method := path.Base(r.URL.Path)
	if method == "getOpenSubsonicExtensions" {
		return "application/json", []byte(`{"subsonic-response":{"status":"ok","version":"1.16.1","openSubsonicExtensions":[]}}`)
	}
	part := parts[method]
	v := map[string]any{"status": "ok", "version": "1.16.1", "type": "odd", part: o.part(part)}
	body := o.dice.Body(map[string]any{"subsonic-response": o.dice.Odd(v)})
	o.sent, o.of = append(o.sent, body), append(o.of, part)
	return "application/json", body
}

// rows returns some rows, which have few identifiers: folders name each other.
func (o *oddServer) rows(make func(id string) map[string]any) []any {
	all := []any{}
	for range o.dice.Pick(5) {
		all = append(all, make(fmt.Sprint(o.dice.Pick(6))))
	}
	return all
}

func (o *oddServer) artist(id string) map[string]any {
	return map[string]any{"id": id, "name": "Artist"}
}

func (o *oddServer) album(id string) map[string]any {
	return map[string]any{"id": id, "name": "Album", "artist": "Artist", "year": 1902, "coverArt": id, "created": "2021-07-22T02:09:31Z"}
}

func (o *oddServer) song(id string) map[string]any { return track(id, "Song") }

func (o *oddServer) list(id string) map[string]any { return map[string]any{"id": id, "name": "List"} }

func (o *oddServer) part(name string) map[string]any {
	switch name {
	case "artists":
		index := func(string) map[string]any { return map[string]any{"name": "A", "artist": o.rows(o.artist)} }
		return map[string]any{"index": o.rows(index)}
	case "artist":
		return with(o.artist("1"), "album", o.rows(o.album))
	case "album":
		return with(o.album("1"), "song", o.rows(o.song))
	case "playlists":
		return map[string]any{"playlist": o.rows(o.list)}
	case "playlist":
		return with(o.list("1"), "entry", o.rows(o.song))
	}
	return map[string]any{"artist": o.rows(o.artist), "album": o.rows(o.album), "song": o.rows(o.song)}
}

// check compares what came with what was sent for it.
func (o *oddServer) check(l catalog.Listing, err error) error {
	sent, of := o.sent, o.of
	o.sent, o.of = nil, nil
	log := o.log.Take()
	if err != nil {
		return nil
	}
	got, rows := len(l.Folders)+int(log["rows"]+log["equal"]+log["over_limit"]), 0
	for _, t := range l.Tracks {
		if t.File == "" {
			got++
		}
	}
	for i := range sent {
		n, sound := rowsOf(sent[i], of[i])
		if !sound {
			return fmt.Errorf("what cannot be read is a listing: %.2000s", sent[i])
		}
		rows += n
	}
	if len(sent) > 0 && got != rows {
		return fmt.Errorf("%d rows, %d shown or counted: %.2000q", rows, got, sent)
	}
	return nil
}

// rowsOf returns how many rows a response has, or false for one that cannot be read.
func rowsOf(body []byte, part string) (rows int, sound bool) {
	read, whole := catalogtest.ReadJSON(body)
	v, _ := read.(map[string]any)
	r, ok := v["subsonic-response"].(map[string]any)
	if !ok || !whole || r["status"] != "ok" || r["error"] != nil {
		return 0, false
	}
	within, ok := r[part].(map[string]any)
	if !ok { // the three lists are empty for those who send nothing
		l, isList := r[part].([]any)
		many := part == "artists" || part == "playlists" || part == "searchResult3"
		return 0, many && (r[part] == nil || r[part] == "" || isList && len(l) == 0)
	}
	switch part {
	case "artists":
		for _, index := range elements(within["index"]) {
			if fields, ok := index.(map[string]any); ok {
				rows += len(elements(fields["artist"]))
			} else {
				rows++
			}
		}
	case "artist":
		rows = len(elements(within["album"]))
	case "album":
		rows = len(elements(within["song"]))
	case "playlists":
		rows = len(elements(within["playlist"]))
	case "playlist":
		rows = len(elements(within["entry"]))
	default:
		rows = len(elements(within["artist"])) + len(elements(within["album"])) + len(elements(within["song"]))
	}
	return rows, true
}

// elements returns what a list holds: one element without brackets is one, too.
func elements(v any) []any {
	switch v := v.(type) {
	case []any:
		return v
	case nil:
		return nil
	case string:
		if v == "" {
			return nil
		}
	}
	return []any{v}
}

// Whatever a server sends, nothing panics, and no listing is silently short.
func FuzzShapes(f *testing.F) {
	f.Add([]byte{})
	for n := range byte(40) {
		f.Add([]byte(strings.Repeat(string([]byte{n, 0, 3, n + 1, 2, n, 1, 0}), 50)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		o := &oddServer{dice: catalogtest.NewDice(data)}
		opt := Options{Base: "http://host/", Auth: authToken, Limit: 7}
		opt.Client, opt.Logger = &http.Client{Transport: catalogtest.Wire(o.respond)}, slog.New(&o.log)
		if err := catalogtest.Follow(t.Context(), newSource(t, opt), "words", o.check); err != nil {
			t.Error(err)
		}
	})
}

// What is of the wrong type is an error, or counted in the log.
func TestShapesOfParts(t *testing.T) {
	for body, want := range map[string]struct {
		folder string
		shown  int // -1 is an error
		log    map[string]int64
	}{
		`"artists":5`:                            {"artists", -1, nil},
		`"artists":[{"index":[]}]`:               {"artists", -1, nil},
		`"artists":"none"`:                       {"artists", -1, nil},
		`"artists":[]`:                           {"artists", 0, nil},
		`"artists":""`:                           {"artists", 0, nil},
		`"artists":{"index":[]}`:                 {"artists", 0, nil},
		`"artists":null`:                         {"artists", -1, nil},
		`"x":1`:                                  {"artists", -1, nil},
		`"playlists":{}`:                         {"playlists", 0, nil},
		`"playlists":{"playlist":[{}]}`:          {"playlists", -1, nil},
		`"y":1`:                                  {"playlists", -1, nil},
		`"album":{}`:                             {"album:1", -1, nil},
		`"album":{"id":"1"}`:                     {"album:1", 0, nil},
		`"album":{"id":"1","song":[{}]}`:         {"album:1", -1, nil},
		`"artist":{}`:                            {"artist:1", -1, nil},
		`"artist":{"id":"1"}`:                    {"artist:1", 0, nil},
		`"playlist":{}`:                          {"playlist:1", -1, nil},
		`"playlist":{"id":"1","entry":null}`:     {"playlist:1", 0, nil},
		`"album":5`:                              {"album:1", -1, nil},
		`"album":""`:                             {"album:1", -1, nil},
		`"album":[]`:                             {"album:1", -1, nil},
		`"artist":null`:                          {"artist:1", -1, nil},
		`"playlist":"x"`:                         {"playlist:1", -1, nil},
		`"album":{"song":"x"}`:                   {"album:1", -1, nil},
		`"album":{"song":5}`:                     {"album:1", -1, nil},
		`"album":{"song":[null,{"id":"1"}]}`:     {"album:1", 1, map[string]int64{"rows": 1}},
		`"artists":{"index":[null]}`:             {"artists", -1, nil},
		`"album":{"song":[{"id":1},{"id":"1"}]}`: {"album:1", 1, map[string]int64{"equal": 1}},
	} {
		var log catalogtest.LogCounter
		opt := Options{Base: "http://host/", Auth: authToken}
		opt.Logger = slog.New(&log)
		opt.Client = &http.Client{Transport: catalogtest.Wire(func(*http.Request) (string, []byte) {
			return "application/json", []byte(`{"subsonic-response":{"status":"ok",` + body + `}}`)
		})}
		l, err := newSource(t, opt).List(t.Context(), want.folder)
		sums := log.Take()
		if (err != nil) != (want.shown < 0) || err != nil && !errors.Is(err, catalog.ErrBadResponse) || len(l.Folders)+len(l.Tracks) != max(want.shown, 0) {
			t.Errorf("%s: %+v, %v", body, l, err)
		}
		for key, n := range want.log {
			if sums[key] != n {
				t.Errorf("%s: the log says %v, want %v", body, sums, want.log)
			}
		}
	}
}

// A server that sends more songs than it was asked for is counted, too.
func TestMoreThanAskedFor(t *testing.T) {
	var log catalogtest.LogCounter
	opt := Options{Base: "http://host/", Auth: authToken, Limit: 2}
	opt.Logger = slog.New(&log)
	opt.Client = &http.Client{Transport: catalogtest.Wire(func(*http.Request) (string, []byte) {
		return "application/json", []byte(`{"subsonic-response":{"status":"ok","searchResult3":{"song":[{"id":1},{"id":2},{"id":3}]}}}`)
	})}
	l, err := newSource(t, opt).Search(t.Context(), "x")
	if sums := log.Take(); err != nil || len(l.Tracks) != 2 || sums["over_limit"] != 1 {
		t.Errorf("%+v, %v, the log says %v", l, err, sums)
	}
}
