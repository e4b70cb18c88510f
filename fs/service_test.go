package fs

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
)

// A song is a row of the catalog's responses.
type song struct {
	TrackID  int    `json:"trackId"`
	Artist   string `json:"artistName"`
	Title    string `json:"trackName"`
	URL      string `json:"previewUrl"`
	Released string `json:"releaseDate,omitempty"`
	Millis   int    `json:"trackTimeMillis,omitempty"`
	Store    string `json:"trackViewUrl,omitempty"`

	Album       string `json:"collectionName,omitempty"`
	AlbumArtist string `json:"collectionArtistName,omitempty"`
	Genre       string `json:"primaryGenreName,omitempty"`
	Number      int    `json:"trackNumber,omitempty"`
	Disc        int    `json:"discNumber,omitempty"`
}

// A service is the network's side of a catalog: an iTunes Search API.
type service struct {
	*httptest.Server
	mu      sync.Mutex
	found   map[string][]song
	status  map[string]int           // an error to answer with, by term
	held    map[string]chan struct{} // responses wait for it, by term
	arrived chan string              // a term for every search
	count   int
}

func newService(t *testing.T) *service {
	s := &service{found: map[string][]song{}, status: map[string]int{}, held: map[string]chan struct{}{}, arrived: make(chan string, 1000)}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	term := r.FormValue("term")
	s.mu.Lock()
	s.count++
	hold := s.held[term]
	s.mu.Unlock()
	s.arrived <- term
	if hold != nil {
		select {
		case <-hold:
		case <-r.Context().Done():
			return
		}
	}
	s.mu.Lock()
	status, found := s.status[term], s.found[term]
	if id := r.FormValue("id"); id != "" {
		found = s.lookupLocked(id)
	}
	s.mu.Unlock()
	if status != 0 {
		w.WriteHeader(status)
		return
	}
	if found == nil {
		found = []song{}
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"resultCount": len(found), "results": found})
}

// lookupLocked returns the song of an id, if any search finds it.
func (s *service) lookupLocked(id string) []song {
	for _, songs := range s.found {
		for _, one := range songs {
			if strconv.Itoa(one.TrackID) == id {
				return []song{one}
			}
		}
	}
	return nil
}

// respond sets what a search finds from now on.
func (s *service) respond(term string, songs ...song) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.found[term], s.status[term], s.held[term] = songs, 0, nil
}

// fail makes a search answer with a status.
func (s *service) fail(term string, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status[term] = status
}

// hold makes responses to a search wait until release is called.
func (s *service) hold(term string) (release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	until := make(chan struct{})
	s.held[term] = until
	return sync.OnceFunc(func() { close(until) })
}

func (s *service) calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}
