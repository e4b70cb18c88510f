//go:build linux

package main

import (
	"os"
	"path/filepath"
	"testing"
)

// A real server's folder looks like the folder, in either form in which it lists
// it.
func TestIndex(t *testing.T) {
	needMounts(t)
	needTools(t, "nginx", "getfattr")
	dir := t.TempDir()
	library := filepath.Join(dir, "root", "library")
	for _, name := range []string{
		"Front.jpg", "page.html", "01 - Rain & <Snow> #1?.mp3", "100%25.flac", "Tones.mp3",
		"Album: One/01 Ünï.opus", "Album: One/02 'Tones' (live) + more.m4a", "Album: One/Disc 2/a b.ogg",
	} {
		path := filepath.Join(library, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		save(t, path, []byte("the bytes of "+name))
	}
	if err := os.MkdirAll(filepath.Join(dir, "root", "audio"), 0o755); err != nil {
		t.Fatal(err)
	}
	server := newNginx(t, dir)
	for _, format := range []string{"html", "json"} {
		t.Run(format, func(t *testing.T) {
			t.Run("all", func(t *testing.T) {
				s := newSession(t)
				s.env = append(s.env, "R="+library)
				s.mount("index+" + server.base + "/" + format + "/?all=1")
				s.expect(`
					diff -r --exclude=tones "$M" "$R"
					for f in Front.jpg 'Album: One/Disc 2/a b.ogg'; do
						test "$(stat -c %s "$M/$f")" = "$(stat -c %s "$R/$f")"
						test "$(date -r "$M/$f" +%F\ %H:%M)" = "$(date -r "$R/$f" +%F\ %H:%M)"
					done
					ls "$M/tones"`, "02 'Tones' (live) + more.m4a\nTones.mp3")
			})
			t.Run("audio", func(t *testing.T) {
				s := newSession(t)
				s.mount("index+" + server.base + "/" + format)
				s.expect(`
					ls "$M"; cat "$M/Album: One/playlist.m3u8"
					getfattr --absolute-names --only-values -n user.xdg.origin.url "$M/100%25.flac" | sed 's|.*/||'`,
					`01 - Rain & <Snow> #1?.mp3
100%25.flac
Album: One
Front.jpg
Tones.mp3
tones
#EXTM3U
#EXTINF:-1,01 Ünï
01 Ünï.opus
#EXTINF:-1,02 'Tones' (live) + more
02 'Tones' (live) + more.m4a
100%2525.flac`)
			})
		})
	}
}
