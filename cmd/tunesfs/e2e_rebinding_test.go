//go:build linux

package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/internal/nettest"
)

// homeward is a feed with episodes at its own server, in the local network by a name,
// and there by a number.
func homeward(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/feed.xml" {
		_, _ = io.WriteString(w, "a tone")
		return
	}
	_, port, _ := strings.Cut(r.Host, ":")
	w.Header().Set("Content-Type", "application/rss+xml")
	fmt.Fprint(w, `<rss version="2.0"><channel><title>Tones</title>`)
	for n, host := range []string{"feed.example", "nas.example", "10.0.0.3", "feed.example", "feed.example"} {
		fmt.Fprintf(w, `<item><title>Tone %d</title><enclosure url="http://%s:%s/%d.mp3" type="audio/mpeg"/></item>`, n, host, port, n)
	}
	fmt.Fprint(w, `</channel></rss>`)
}

// toneOf reads an episode, or says why it cannot be read.
func (s *session) toneOf(n int) string {
	s.t.Helper()
	return s.sh(fmt.Sprintf(`cat "$M"/*"Tone %d.mp3" 2>&1 | sed "s/.*: //"`, n))
}

// TestNameMovesHome has the name of a feed on the Internet lead into the local network
// later: while it is mounted, and when it is mounted again with what is in the cache.
func TestNameMovesHome(t *testing.T) {
	names := nettest.Isolate(t)
	if names == nil {
		return
	}
	server := nettest.Serve(t, http.HandlerFunc(homeward))
	names.Set("feed.example", "17.1.1.1")
	names.Set("nas.example", "10.0.0.2")
	s := newSession(t)
	s.env = append(s.env, "http_proxy=", "HTTP_PROXY=")
	feed := "podcast+http://feed.example:" + server.Port + "/feed.xml"
	const refused, read = "Permission denied", "a tone"
	for _, mount := range []struct {
		title, option, address string
		episodes               map[int]string
		asked                  string // in the local network
	}{
		{"on the Internet", "", "17.1.1.1", map[int]string{0: read, 1: refused, 2: refused}, ""},
		{"at home later", "", "10.0.0.1", map[int]string{1: refused, 2: refused, 4: read}, "10.0.0.1 /4.mp3"},
		{"at home, says the user", "?network=home", "10.0.0.1", map[int]string{1: read, 2: read}, "10.0.0.2 /1.mp3 10.0.0.3 /2.mp3"},
	} {
		names.Set("feed.example", mount.address)
		m := s.mount(feed + mount.option)
		m.mayWarn = "local network"
		for n := range 5 {
			if want, tried := mount.episodes[n]; tried && s.toneOf(n) != want {
				t.Errorf("%s: episode %d is not: %s", mount.title, n, want)
			}
		}
		if mount.address == "17.1.1.1" {
			names.Set("feed.example", "10.0.0.1")
			server.CloseClientConnections()
			if got := s.toneOf(3); got != refused {
				t.Errorf("the name leads into the local network: %s", got)
			}
		}
		m.unmount()
		var asked []string
		for _, request := range server.Asked() {
			if strings.HasPrefix(request, "10.") {
				asked = append(asked, request)
			}
		}
		if got := strings.Join(slices.Compact(asked), " "); got != mount.asked {
			t.Errorf("%s: asked %q, want %q", mount.title, got, mount.asked)
		}
	}
}

// TestPlaylistAtHome has a playlist of this machine name servers: those on the
// Internet and in the local network are asked, one on the link is not.
func TestPlaylistAtHome(t *testing.T) {
	names := nettest.Isolate(t)
	if names == nil {
		return
	}
	server := nettest.Serve(t, http.HandlerFunc(homeward))
	names.Set("cdn.example", "17.1.1.1")
	names.Set("nas.example", "10.0.0.2")
	names.Set("cloud.example", "169.254.169.254")
	s := newSession(t)
	s.env = append(s.env, "http_proxy=", "HTTP_PROXY=")
	list := "#EXTM3U\n"
	for n, host := range []string{"cdn.example", "nas.example", "127.0.0.1", "cloud.example", "169.254.169.254"} {
		list += fmt.Sprintf("#EXTINF:1,Tone %d\nhttp://%s:%s/%d.mp3\n", n, host, server.Port, n)
	}
	file := filepath.Join(s.tmp, "tones.m3u8")
	s.must(os.WriteFile(file, []byte(list), 0o600))
	s.mount("playlist:" + file).mayWarn = "link-local address"
	for n, want := range []string{"a tone", "a tone", "a tone", "Permission denied", "Permission denied"} {
		if got := s.toneOf(n); got != want {
			t.Errorf("track %d: %s, want %s", n, got, want)
		}
	}
	if asked := strings.Join(server.Asked(), " "); strings.Contains(asked, "169.254.") {
		t.Errorf("asked: %s", asked)
	}
}
