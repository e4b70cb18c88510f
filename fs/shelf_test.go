package fs

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// A shelf is a web server that lists what it has, as nginx does in JSON. What it lists
// need not be what it sends.
type shelf struct {
	*httptest.Server
	origin *fetchtest.Origin

	mu   sync.Mutex
	rows []shelfRow
}

type shelfRow struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Mtime string `json:"mtime,omitempty"`
	Size  int64  `json:"size,omitempty"`
}

// newShelf returns a world whose catalog is a shelf.
func newShelf(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, 1000)
	w.shelf = &shelf{origin: w.origin}
	w.shelf.Server = httptest.NewServer(w.shelf)
	t.Cleanup(w.shelf.Close)
	return w
}

// list lists a file; a size of 0 and a zero time are not told.
func (s *shelf) list(name string, size int64, modified time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	row := shelfRow{Name: name, Type: "file", Size: size}
	if !modified.IsZero() {
		row.Mtime = modified.UTC().Format(http.TimeFormat)
	}
	for i := range s.rows {
		if s.rows[i].Name == name {
			s.rows[i] = row
			return
		}
	}
	s.rows = append(s.rows, row)
}

func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" {
		s.origin.ServeHTTP(w, r)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(s.rows)
}
