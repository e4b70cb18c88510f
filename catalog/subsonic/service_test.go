package subsonic

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/cached"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The user of every server here, and the words of the protocol's own example.
const (
	testUser   = "ann"
	testSecret = "sesame"
)

// An object is what a server sends in JSON.
type object = map[string]any

// track returns a song as servers send it, with all that is usual.
func track(id, title string) object {
	return object{
		"id": id, "parent": "al-1", "isDir": false, "title": title, "album": "Rags", "albumId": "al-1",
		"artist": "Scott Joplin", "artistId": "ar-1", "track": 1, "year": 1902, "genre": "Ragtime",
		"coverArt": "al-1", "size": 2811819, "contentType": "audio/mpeg", "suffix": "mp3", "duration": 103,
		"bitRate": 216, "path": "Scott Joplin/Rags/1.mp3", "discNumber": 1, "created": "2021-07-22T02:09:31Z",
		"isVideo": false, "type": "music", "mediaType": "song", "replayGain": nil, "isrc": []string{},
	}
}

// with returns a copy of an object with one field changed, or removed by nil.
func with(o object, key string, value any) object {
	changed := object{}
	for k, v := range o {
		changed[k] = v
	}
	if changed[key] = value; value == nil {
		delete(changed, key)
	}
	return changed
}

// A server answers as a small music server does.
type server struct {
	responses  map[string]any // by method or, before that, method?id: what a response holds
	extensions []string       // nil: it knows nothing of extensions
	version    string         // of the protocol; "" is 1.16.1
	refuse     func(url.Values) (code int, message string)

	mu   sync.Mutex // guards gone
	gone []call
}

// A call is a request that a server got.
type call struct {
	http   string // its method
	method string
	query  url.Values // in the address
	params url.Values // there or in the form
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	c := call{r.Method, path.Base(r.URL.Path), r.URL.Query(), r.Form}
	s.mu.Lock()
	s.gone = append(s.gone, c)
	s.mu.Unlock()
	body := object{"status": "ok", "version": s.version, "type": "test", "openSubsonic": s.extensions != nil}
	if s.version == "" {
		body["version"] = "1.16.1"
	}
	s.fill(body, c)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(object{"subsonic-response": body})
}

// fill adds what a call asks for, or a failure.
func (s *server) fill(body object, c call) {
	fail := func(code int, message string) {
		body["status"], body["error"] = "failed", object{"code": code, "message": message}
	}
	if c.method == "getOpenSubsonicExtensions" && s.extensions != nil {
		var all []object
		for _, name := range s.extensions {
			all = append(all, object{"name": name, "versions": []int{1}})
		}
		body["openSubsonicExtensions"] = all
		return
	}
	if code, message := s.check(c.params); message != "" {
		fail(code, message)
		return
	}
	what, ok := s.responses[c.method+"?"+c.params.Get("id")]
	if !ok {
		what, ok = s.responses[c.method]
	}
	if fields, isObject := what.(object); isObject {
		for k, v := range fields {
			body[k] = v
		}
	}
	if !ok && c.method != "ping" {
		fail(codeNotFound, "no such thing")
	}
}

// check lets in who knows the password, by its token unless the test says so.
func (s *server) check(params url.Values) (code int, message string) {
	switch {
	case s.refuse != nil:
		return s.refuse(params)
	case params.Get("u") == "":
		return codeMissing, "who are you"
	case params.Get("u") != testUser || params.Get("t") != token(testSecret, params.Get("s")):
		return codeWrongPassword, "Wrong username or password"
	}
	return 0, ""
}

// calls returns what a server was asked, but for what it can do.
func (s *server) calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, c := range s.gone {
		if c.method != "getOpenSubsonicExtensions" {
			all = append(all, strings.TrimSuffix(c.method+" "+c.params.Get("id"), " "))
		}
	}
	return all
}

// source returns a Source of what a handler serves.
func source(t *testing.T, h http.Handler, opt Options) *Source {
	t.Helper()
	at := httptest.NewServer(h)
	t.Cleanup(at.Close)
	opt.Base, opt.Client = at.URL+"/music/", at.Client()
	return newSource(t, opt)
}

func newSource(t *testing.T, opt Options) *Source {
	t.Helper()
	if opt.Logger == nil {
		opt.Logger = slog.New(slog.DiscardHandler)
	}
	if opt.Secret == "" {
		opt.User, opt.Secret = testUser, testSecret
	}
	s, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// names returns the names that a listing is shown under, folders with a slash.
func names(t *testing.T, s catalog.Source, folder string) []string {
	t.Helper()
	library := cached.New(s, cached.Options{})
	defer library.Close()
	l, err := library.List(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	return shown(l)
}

func shown(l catalog.Listing) []string {
	var all []string
	for _, f := range l.Folders {
		all = append(all, f.Name+"/")
	}
	for _, track := range l.Tracks {
		all = append(all, track.Name)
	}
	return all
}

func wantEqual[T comparable](t *testing.T, what string, got []T, want ...T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// library returns the responses of a library of one artist with two albums and
// one playlist.
func library() map[string]any {
	cover := with(track("so/1", "The Entertainer"), "track", 1)
	second := with(with(track("so/2", "The Easy Winners"), "track", 2), "size", nil)
	rags := object{"id": "al-1", "name": "Rags", "artist": "Scott Joplin", "year": 1902, "coverArt": "al-1", "songCount": 2}
	undated := object{"id": "al-2", "name": "Marches", "artist": "Scott Joplin", "songCount": 0}
	return map[string]any{
		"getArtists": object{"artists": object{"ignoredArticles": "The", "index": []object{
			{"name": "J", "artist": []object{{"id": "ar-1", "name": "Scott Joplin", "albumCount": 2}}},
			{"name": "S", "artist": []object{{"id": "ar-2", "name": "AC/DC"}, {"id": "ar-3", "name": "Satie"}}},
		}}},
		"getArtist?ar-1": object{"artist": object{"id": "ar-1", "name": "Scott Joplin", "album": []object{rags, undated}}},
		"getAlbum?al-1":  object{"album": with(rags, "song", []object{cover, second})},
		"getAlbum?al-2":  object{"album": undated},
		"getPlaylists":   object{"playlists": object{"playlist": []object{{"id": "pl-1", "name": "Party", "changed": "2024-05-06T07:08:09.5Z"}}}},
		"getPlaylist?pl-1": object{"playlist": object{"id": "pl-1", "name": "Party", "entry": []object{
			second, cover, second, with(cover, "id", fmt.Sprint("so/", 9)),
		}}},
	}
}
