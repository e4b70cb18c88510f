//go:build linux

package main

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// An archiveServer answers like the Internet Archive, and sends downloads by
// turns to two nodes, which have the same files under other validators.
type archiveServer struct {
	*httptest.Server
	nodes [2]*fetchtest.Origin
	items []map[string]any // as metadata
	more  chan struct{}    // if there is one, only the first page comes before it is closed
	fails atomic.Bool      // only the first page comes, for the others are errors

	mu    sync.Mutex // guards what follows
	turn  int
	agent string
}

func newArchive(t *testing.T) *archiveServer {
	a := &archiveServer{nodes: [2]*fetchtest.Origin{fetchtest.New(t), fetchtest.New(t)}}
	mux := http.NewServeMux()
	mux.HandleFunc("/services/search/v1/scrape", a.search)
	mux.HandleFunc("/metadata/{item}", func(w http.ResponseWriter, r *http.Request) {
		for _, item := range a.items {
			if meta := item["metadata"].(map[string]any); meta["identifier"] == r.PathValue("item") {
				a.write(w, item)
				return
			}
		}
		a.write(w, map[string]any{})
	})
	mux.HandleFunc("/download/{file...}", func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		node := a.nodes[a.turn%2]
		a.turn++
		a.agent = r.UserAgent()
		a.mu.Unlock()
		http.Redirect(w, r, node.URL(r.PathValue("file")), http.StatusFound)
	})
	a.Server = httptest.NewUnstartedServer(mux) // by source, when the test has set it up
	t.Cleanup(a.Close)
	return a
}

func (a *archiveServer) write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// search answers in pages of 100.
func (a *archiveServer) search(w http.ResponseWriter, r *http.Request) {
	start := 0
	if cursor := r.FormValue("cursor"); cursor != "" {
		if a.fails.Load() {
			http.Error(w, "out of order", http.StatusInternalServerError)
			return
		}
		if a.more != nil {
			select {
			case <-a.more:
			case <-r.Context().Done():
			}
		}
		_, _ = fmt.Sscanf(cursor, "c%d", &start)
	}
	end := min(start+100, len(a.items))
	rows := []any{}
	for _, item := range a.items[start:end] {
		rows = append(rows, item["metadata"])
	}
	response := map[string]any{"items": rows, "count": len(rows), "total": len(a.items)}
	if end < len(a.items) {
		response["cursor"] = fmt.Sprintf("c%d", end)
	}
	a.write(w, response)
}

// add adds an item.
func (a *archiveServer) add(id, title string, files ...map[string]any) {
	a.items = append(a.items, map[string]any{"files": files, "metadata": map[string]any{
		"identifier": id, "title": title, "creator": artist, "date": "1974-03-05", "mediatype": "etree",
		"licenseurl": "https://license.example.com/by/4.0/",
	}})
}

// fill adds items without files, up to n in all.
func (a *archiveServer) fill(n int) {
	for i := len(a.items); i < n; i++ {
		a.add(fmt.Sprintf("item-%03d", i), fmt.Sprintf("Item %03d", i))
	}
}

// file puts a file of an item on both nodes, and returns what metadata tells.
func (a *archiveServer) file(t *testing.T, item, name string, content fetchtest.Content) map[string]any {
	for i, node := range a.nodes {
		node.Put(fetchtest.File{Name: item + "/" + name, Content: content, ETag: fmt.Sprintf(`"node%d"`, i)})
	}
	sum := sha1.New()
	if _, err := io.Copy(sum, io.NewSectionReader(content, 0, content.Size())); err != nil {
		t.Fatal(err)
	}
	return map[string]any{"name": name, "source": "original", "size": fmt.Sprint(content.Size()), "sha1": hex.EncodeToString(sum.Sum(nil))}
}

// source starts the server and returns what to mount.
func (a *archiveServer) source() string {
	if a.URL == "" {
		a.Start()
	}
	return "archive+" + a.URL + "/"
}
