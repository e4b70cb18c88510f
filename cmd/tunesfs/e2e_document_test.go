//go:build linux

package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// hush is the secret of a private document: whoever mounts it must write it, and
// nobody else may read it.
const hush = "hunter2"

// newDocuments starts a server of a private feed and a private playlist, of
// episodes that are private too, and of a cover.
func newDocuments(t *testing.T) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		public := r.URL.Path == "/cover.jpg"
		switch {
		case !public && r.FormValue("auth") != hush:
			w.WriteHeader(http.StatusForbidden)
		case r.URL.Path == "/feed.xml":
			w.Header().Set("Content-Type", "application/rss+xml")
			fmt.Fprintf(w, `<rss version="2.0"><channel><title>Tones</title><image><url>http://%s/cover.jpg</url></image>`, r.Host)
			for n, day := range []string{"01", "03", "02"} {
				guid := []string{"g0", "g1", "http://host/2.mp3?auth=" + hush}[n] // some feeds take the address
				fmt.Fprintf(w, `<item><title>Tone %d</title><guid>%s</guid><pubDate>%s Jan 2024 06:00:00 GMT</pubDate>
					<enclosure url="/%d.mp3?auth=%s" length="7" type="audio/mpeg"/></item>`, n, guid, day, n, hush)
			}
			fmt.Fprint(w, `<item><title>Local</title><enclosure url="file:///etc/passwd" type="audio/mpeg"/></item></channel></rss>`)
		case r.URL.Path == "/list.m3u8":
			w.Header().Set("Content-Type", "audio/x-mpegurl")
			fmt.Fprintf(w, "\uFEFF#EXTM3U\r\n#EXTINF:30,Signal - Tone 1\r\n1.mp3?auth=%s\r\n#EXTINF:30,Signal - Tone 0\r\n/0.mp3?auth=%s\r\n", hush, hush)
		default:
			w.Header().Set("Etag", `"1"`)
			http.ServeContent(w, r, r.URL.Path, time.Time{}, strings.NewReader("the bytes of "+r.URL.Path))
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// noSecret fails if the secret stands where others can read it, or where it stays.
func (m *mountProcess) noSecret(source string) {
	s := m.s
	s.t.Helper()
	said := s.sh(`grep "$M" /proc/mounts; find "$M" -exec getfattr --absolute-names -d {} +; tunesfs status "$M" 2>&1; tunesfs cache list; tunesfs cache list '` + source + `'`)
	if said += m.errs.String(); strings.Contains(said, hush) {
		s.t.Errorf("the secret is shown:\n%s", said)
	}
	s.must(filepath.WalkDir(filepath.Dir(s.mnt), func(path string, e os.DirEntry, err error) error {
		if path == s.mnt {
			return filepath.SkipDir
		}
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		if data, err := os.ReadFile(path); err == nil && bytes.Contains(data, []byte(hush)) {
			s.t.Errorf("%s holds the secret", path)
		}
		return nil
	}))
}

func TestPodcast(t *testing.T) {
	needTools(t, "getfattr")
	s, source := newSession(t), "podcast+"+newDocuments(t)+"/feed.xml?auth="+hush
	m := s.mount(source)
	m.mayWarn = "not_http=1"
	s.expect(`
		ls "$M"; cat "$M/playlist.m3u8"; ls "$D"
		for n in 0:01 1:03 2:02; do
			f="$M/2024-01-${n#*:} - Tone ${n%:*}.mp3"
			printf 'the bytes of /%s.mp3' ${n%:*} | cmp - "$f"
			test $(stat -c %s "$f") = 19
			getfattr --absolute-names --only-values -n user.tunesfs.id "$f" | sed 's/:.*//'; echo
		done
		cat "$M/cover.jpg"`, `2024-01-01 - Tone 0.mp3
2024-01-02 - Tone 2.mp3
2024-01-03 - Tone 1.mp3
cover.jpg
tones
#EXTM3U
#EXTINF:-1,Tones - Tone 1
2024-01-03 - Tone 1.mp3
#EXTINF:-1,Tones - Tone 2
2024-01-02 - Tone 2.mp3
#EXTINF:-1,Tones - Tone 0
2024-01-01 - Tone 0.mp3
2024-01-01 - Tone 0.mp3
2024-01-02 - Tone 2.mp3
2024-01-03 - Tone 1.mp3
g0
g1
sha256
the bytes of /cover.jpg`)
	m.noSecret(source)
}

func TestPlaylist(t *testing.T) {
	needTools(t, "getfattr")
	base := newDocuments(t)
	file := filepath.Join(t.TempDir(), "my list.pls")
	save(t, file, []byte("[playlist]\nFile2="+base+"/0.mp3?auth="+hush+"\nTitle2=Signal - Tone 0\nFile1="+base+"/1.mp3?auth="+hush+
		"\nTitle1=Signal - Tone 1\nFile3=../local.mp3\nNumberOfEntries=3\n"))
	for name, source := range map[string]string{
		"of a server": "playlist+" + base + "/list.m3u8?auth=" + hush,
		"file":        "playlist:" + strings.ReplaceAll(file, " ", "%20"),
	} {
		t.Run(name, func(t *testing.T) {
			s := newSession(t)
			m := s.mount(source)
			s.expect(`
				ls "$M"; grep -v '^#' "$M/playlist.m3u8"
				cat "$M"/*.mp3
				rmdir "$D"; mkdir "$M/1"; ls "$M/1"`, `Signal - Tone 0.mp3
Signal - Tone 1.mp3
tones
Signal - Tone 1.mp3
Signal - Tone 0.mp3
the bytes of /0.mp3the bytes of /1.mp3Signal - Tone 1.mp3`)
			m.noSecret(source)
		})
	}
}
