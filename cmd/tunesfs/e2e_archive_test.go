//go:build linux

package main

import (
	"crypto/sha1" //nolint:gosec // what the service publishes
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

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
	answer := map[string]any{"items": rows, "count": len(rows), "total": len(a.items)}
	if end < len(a.items) {
		answer["cursor"] = fmt.Sprintf("c%d", end)
	}
	a.write(w, answer)
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
	sum := sha1.New() //nolint:gosec // likewise
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

// TestArchive walks through an archive with tools: the names and sizes are there
// without a byte of audio, the bytes are those that were published, whichever
// node has them, and what is not open to all says so.
func TestArchive(t *testing.T) {
	t.Parallel()
	needTools(t, "getfattr", "setfattr")
	s, a := newSession(t), newArchive(t)
	first, second, cover := fetchtest.Random(1, 3_000_000), fetchtest.Random(2, 400_000), fetchtest.Random(3, 5000)
	bad := a.file(t, "show", "disc2/01 Other.flac", second)
	bad["sha1"] = strings.Repeat("0", 40)
	a.add("show", "AC/DC Live",
		a.file(t, "show", "disc1/01 Some #1?.flac", first), bad, a.file(t, "show", "front.jpg", cover),
		map[string]any{"name": "disc1/01 Some #1?.mp3", "source": "derivative", "original": "disc1/01 Some #1?.flac", "title": "Some", "length": "3:45"})
	a.add("locked", "Locked", a.file(t, "locked", "a.flac", second))
	for _, node := range a.nodes {
		node.Fault(fetchtest.Of("locked/a.flac"), fetchtest.Status(http.StatusForbidden))
	}
	a.fill(250)
	s.mount(a.source())

	s.expect(`ls "$D" | wc -l; ls "$D" | head -1`, "250\nAC∕DC Live")
	s.env = append(s.env, "I="+s.mnt+"/"+query+"/AC∕DC Live", "L="+s.mnt+"/"+query+"/Locked/01 - a.flac")
	s.expect(`cd "$I"; stat -c "%s %n" *`, "3000000 01 - Some.flac\n400000 02 - Other.flac\n5000 cover.jpg\n"+s.sh(`stat -c "%s %n" "$I/playlist.m3u8" | sed "s:/.*/::"`))
	if one, two := a.nodes[0].Sent(), a.nodes[1].Sent(); one+two > 0 {
		t.Errorf("names and sizes cost %d bytes", one+two)
	}
	s.shows(s.mnt+"/"+query+"/AC∕DC Live/01 - Some.flac", first)
	s.shows(s.mnt+"/"+query+"/AC∕DC Live/cover.jpg", cover)
	if one, two := a.nodes[0].SentOf("show/disc1/01 Some #1?.flac"), a.nodes[1].SentOf("show/disc1/01 Some #1?.flac"); min(one, two) > 0 || one+two > 3_300_000 {
		t.Errorf("the nodes sent %d and %d bytes of 3000000", one, two)
	}
	s.expect(`cd "$I"; for a in user.tunesfs.store user.tunesfs.license user.tunesfs.duration user.dublincore.creator user.mime_type; do
		getfattr -n $a --only-values "01 - Some.flac"; echo; done`,
		a.URL+"/details/show\nhttps://license.example.com/by/4.0/\n225\n"+artist+"\naudio/flac")
	s.expect(`cat "$L" 2>&1 | sed "s/.*: //"`, "Permission denied")
	s.expect(`grep -v "^#" "$I/playlist.m3u8"`, "01 - Some.flac\n02 - Other.flac")
	a.mu.Lock()
	agent := a.agent
	a.mu.Unlock()
	if !strings.Contains(agent, "+https://") {
		t.Errorf("the service heard of %q, whom it could not contact", agent)
	}
	s.expect(`tunesfs search "`+a.source()+`" x | wc -l; tunesfs search --json "`+a.source()+`" x | head -1`,
		"251\n"+`{"id":"show","title":"AC/DC Live","name":"AC∕DC Live","modified":"1974-03-05T00:00:00Z"}`)

	// A file whose bytes are not those that were published is never complete.
	s.sh(`cat "$I/02 - Other.flac" >/dev/null 2>&1 || true
		tunesfs status "$I/02 - Other.flac" | grep -q "match the digest"`)
}

// TestArchivePages has the pages after the first not come: who opens the folder
// gets the first after a while, can leave before, and holds up nobody, not even
// who removes it; the others come by themselves. The bound of 30 seconds is for
// slow machines: those pages would never come.
func TestArchivePages(t *testing.T) {
	t.Parallel()
	needTools(t, "timeout")
	s, a := newSession(t), newArchive(t)
	a.fill(250)
	a.more = make(chan struct{})
	s.mount(a.source())
	s.expect(`ls "$D" | wc -l >"$T/all" & ls -U "$D" | head -1 >"$T/first" & timeout -s INT 1 ls "$D" || echo left early
		time=$(date +%s); mkdir "$M/another"; ls "$D/Item 001"
		mkdir "$M/doomed"; ls "$M/doomed" 2>/dev/null & sleep 0.3; rmdir "$M/doomed"; ls "$M"; test $(($(date +%s) - time)) -lt 30; wait; cat "$T/all" "$T/first"`,
		"left early\nanother\ntones\n100\nItem 000")
	close(a.more)
	s.expect(`ls "$D" | wc -l`, "250")
	s.expect(`ls "$M/another" | wc -l; ls "$D/Item 249"`, "250")
}

// TestArchivePageFails has the pages after the first be errors: who reads the
// folder hears of it, and gets the rest another time.
func TestArchivePageFails(t *testing.T) {
	t.Parallel()
	needTools(t, "getfattr")
	s, a := newSession(t), newArchive(t)
	a.fill(150)
	a.fails.Store(true)
	s.mount(a.source())
	s.expect(`ls "$D" 2>"$T/words" | wc -l; grep -c "Input/output error" "$T/words"
		getfattr --absolute-names -n user.tunesfs.error --only-values "$D" | grep -c "HTTP status 500"`, "100\n1\n1")
	a.fails.Store(false)
	s.expect(`ls "$D" | wc -l`, "150")
}

// TestArchiveConnections has downloads and calls all at once: the service is
// asked for five things at a time, and for no more.
func TestArchiveConnections(t *testing.T) {
	t.Parallel()
	s, a := newSession(t), newArchive(t)
	for i := range 12 {
		id := fmt.Sprintf("show%d", i)
		a.add(id, id, a.file(t, id, "a.flac", fetchtest.Random(uint64(i), 300_000)))
	}
	var mu sync.Mutex // guards these
	now, most, downloads, three := 0, 0, 0, make(chan struct{})
	count := func(r *http.Request) (leave func()) {
		mu.Lock()
		defer mu.Unlock()
		now++
		most = max(most, now)
		if strings.HasPrefix(r.URL.Path, "/download/") {
			if downloads++; downloads == 3 {
				close(three)
			}
		}
		return func() { mu.Lock(); now--; mu.Unlock() }
	}
	inner := a.Config.Handler
	a.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer count(r)()
		if file, ok := strings.CutPrefix(r.URL.Path, "/download/"); ok {
			<-three
			content := a.nodes[0].Content(file)
			w.Header().Set("ETag", `"x"`)
			http.ServeContent(w, r, "", time.Time{}, io.NewSectionReader(content, 0, content.Size()))
			return
		}
		inner.ServeHTTP(w, r)
	})
	s.mount(a.source())
	s.sh(`for i in "$D"/*; do cat "$i"/*.flac >/dev/null & done; ls -R "$D" >/dev/null; wait`)
	if most > 5 {
		t.Errorf("%d requests at a time", most)
	}
}
