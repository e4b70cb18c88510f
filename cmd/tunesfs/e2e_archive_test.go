//go:build linux

package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

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
	s.expect(`cd "$I"; stat -c "%s %n" *`, "3000000 01 - Some.flac\n400000 02 - Other.flac\n5000 cover.jpg")
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
		until tunesfs status "$I/02 - Other.flac" | grep -q "match the digest"; do sleep 0.1; done`)
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
