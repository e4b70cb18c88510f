//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/runfile"
)

// password returns a file that holds one, for --password-file.
func (s *session) password(password string) string {
	s.t.Helper()
	path := filepath.Join(s.tmp, "password-"+password[:1])
	s.must(os.WriteFile(path, []byte(password+"\n"), 0o600))
	return path
}

// signedIn mounts with the right password.
func (s *session) signedIn(source string, flags ...string) *mountProcess {
	s.t.Helper()
	return s.mount(source, append(flags, "--password-file", s.password(libraryPassword))...)
}

// A real server.
func TestSupysonic(t *testing.T) {
	needMounts(t)
	server := newSupysonic(t)
	t.Run("library", func(t *testing.T) { seeLibrary(newSession(t), server) })
	t.Run("encoded anew", func(t *testing.T) { seeTranscodes(newSession(t), server) })
}

// seeLibrary looks at a library by its folders, a search and a playlist.
func seeLibrary(s *session, server *supysonic) {
	s.t.Helper()
	s.env = append(s.env, "R="+server.music)
	first := s.signedIn(server.source(""), "--debug", "--log", filepath.Join(s.tmp, "log"))
	s.expect(`ls -l "$M"/Artists/*/* | awk '$1 ~ /^-/ && !/m3u8/ { $1 = $2 = $3 = $4 = ""; print }' | sed 's/^ *//'
		cd "$M/Artists"; ls -d */*`, fmt.Sprintf(`%d Jan 1 1979 06 - Loud tones.ogg
%d Jan 1 1902 04 - Low tones.mp3
%d Jan 1 1902 05 - High∕Low tones.flac
%d Jan 1 1902 cover.jpg
AC∕DC/1979 - Rock & Roll
Scott Joplin/1902 - Rags`, server.sizes(s.t, "rock/1.ogg", "rags/1.mp3", "rags/2.flac", "rags/cover.jpg")...))
	s.sh(`cd "$M/Artists/Scott Joplin/1902 - Rags"
		cp 04* "$T/copy"; cmp "$T/copy" "$R/rags/1.mp3"
		cmp 05* "$R/rags/2.flac"; cmp cover.jpg "$R/rags/cover.jpg"
		tail -c 12345 "$M"/Artists/AC*/*/06* >"$T/got"; tail -c 12345 "$R/rock/1.ogg" | cmp - "$T/got"`)
	s.expect(`mkdir "$M/Loud"; ls "$M/Loud"; cat "$D/playlist.m3u8" | grep -c mp3`, "AC∕DC - Loud tones.ogg\n1")
	ids := s.sh(`getfattr --absolute-names --only-values -n user.tunesfs.id "$M/Loud/AC∕DC - Loud tones.ogg"; echo
		getfattr --absolute-names --only-values -n user.tunesfs.id "$M"/Artists/Scott*/*/04*`)
	s.keepsSecret(first.cmd.Process.Pid)
	first.unmount()

	server.makePlaylist(s.t, "Party", strings.Fields(strings.ReplaceAll(ids, "song:", ""))...)
	second := s.signedIn(server.source(""), "--cache-dir", filepath.Join(s.tmp, "other"))
	s.expect(`grep -v '#' "$M/Playlists/Party/playlist.m3u8"; cmp "$M"/Playlists/Party/Scott*.mp3 "$R/rags/1.mp3"`,
		"AC∕DC - Loud tones.ogg\nScott Joplin - Low tones.mp3")
	second.unmount()
}

// sizes returns the sizes of files of the library.
func (s *supysonic) sizes(t *testing.T, names ...string) (sizes []any) {
	for _, name := range names {
		info, err := os.Stat(filepath.Join(s.music, name))
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, info.Size())
	}
	return sizes
}

// seeTranscodes reads what a server encodes anew: as a stream, and whole.
func seeTranscodes(s *session, server *supysonic) {
	s.t.Helper()
	needTools(s.t, "ffprobe")
	s.signedIn(server.source("?bitrate=32&format=opus"))
	s.expect(`cd "$M/Artists/Scott Joplin/1902 - Rags"; ls; cp 05* "$T/copy"; cmp 05* "$T/copy"
		ffprobe -v error -show_entries stream=codec_name -of csv=p=0 "$T/copy"
		ffprobe -v error -show_entries format=duration -of csv=p=0 "$T/copy" | cut -c1-3
		test "$(stat -c %s 05*)" = "$(stat -c %s "$T/copy")"`,
		"04 - Low tones.opus\n05 - High∕Low tones.opus\ncover.jpg\nopus\n5.0")
}

// keepsSecret looks for the password, and what stands for it, wherever others
// might see it and wherever it would outlast the mount.
func (s *session) keepsSecret(pid int) {
	s.t.Helper()
	home := filepath.Dir(s.mnt)
	s.sh(`getfattr -R -d "$M" --absolute-names >"$T/xattrs"; cat /proc/mounts >"$T/mounts"; ls -R "$M" >"$T/names"
		cat /proc/` + strconv.Itoa(pid) + `/cmdline >"$T/cmdline"; cat /proc/` + strconv.Itoa(pid) + `/environ >"$T/environ"
		tunesfs status "$M" >"$T/status" 2>&1; cat "$M/.tunesfs/downloads" >"$T/downloads"
		test -s "$T/xattrs" && test -s "$T/cmdline"
		find ` + home + ` -name mnt -prune -o -name 'password-*' -prune -o -type f -print0 >"$T/files"
		test -z "$(xargs -0 grep -slaE '` + libraryPassword + `|` + fmt.Sprintf("%x", libraryPassword) + `|[?&]([tsp]|apiKey)=' <"$T/files")"`)
}

// A daemon has its password from the process that started it, and shows it to
// nobody.
func TestDaemonKeepsSecret(t *testing.T) {
	needMounts(t)
	needTools(t, "getfattr", "xargs")
	s := newSession(t)
	source, end := newLibrary([]byte("song"))
	defer end()
	for _, way := range []string{
		`tunesfs mount --daemon --debug --password-file ` + s.password(libraryPassword) + ` ` + source + ` "$M"`,
		`TUNESFS_PASSWORD="$(cat ` + s.password(libraryPassword) + `)" tunesfs mount --daemon ` + source + ` "$M"`,
		`tunesfs mount --daemon --debug --password-file ` + s.password(libraryPassword) + ` ` + strings.Replace(source, libraryUser+"@", "", 1) + ` "$M"`,
	} {
		s.sh(way)
		s.expect(`cat "$M"/Artists/*/*/01*`, "song")
		s.keepsSecret(s.daemon())
		s.sh(`tunesfs unmount "$M"`)
	}
}

// daemon returns the process that serves the mount.
func (s *session) daemon() int {
	s.t.Helper()
	server := runfile.Find(runfile.Path(s.mnt, func(name string) string { return map[string]string{"XDG_RUNTIME_DIR": s.run}[name] }))
	if server == nil {
		s.t.Fatal("nobody says that they serve the mount")
	}
	return server.PID
}

// What a server says in place of a song is the error of reading it, and never
// its bytes.
func TestWordsAreNoSong(t *testing.T) {
	needTools(t, "getfattr")
	s := newSession(t)
	song := bytes.Repeat([]byte("song"), 100_000)
	source, end := newLibrary(song)
	defer end()
	s.signedIn(source)
	s.must(os.WriteFile(filepath.Join(s.tmp, "song"), song, 0o600))
	s.expect(`cd "$M/Artists/Joplin/1902 - Rags"; cmp 01* "$T/song"
		for f in 02* 03* 04*; do
			! cat "$f" >"$T/out" 2>"$T/err"; test ! -s "$T/out"; sed 's/.*: //' "$T/err"
			getfattr --only-values -n user.tunesfs.error "$f" | sed 's/.*subsonic: //'; echo
			getfattr --only-values -n user.tunesfs.downloaded "$f"; echo
		done`, `No such file or directory
not in the catalog: Song not found (error 70)
0
Input/output error
the answer is not what this catalog sends: it sent nothing in place of the file
0
Permission denied
sign-in refused: not for you (error 50)
0`)
}

// What the server encodes anew has no length until its end, and is whole then.
func TestTranscoded(t *testing.T) {
	s := newSession(t)
	song := bytes.Repeat([]byte("song"), 100_000)
	source, end := newLibrary(song)
	defer end()
	s.signedIn(source + "?bitrate=128")
	s.must(os.WriteFile(filepath.Join(s.tmp, "song"), append(song, song...), 0o600))
	s.expect(`cd "$M/Artists/Joplin/1902 - Rags"; cat 01* | cmp - "$T/song"; stat -c %s 01*`, "800000")
}

// Lyrics lie beside their songs, if they were asked for.
func TestLyrics(t *testing.T) {
	needTools(t, "setfattr")
	s := newSession(t)
	source, end := newLibrary([]byte("song"))
	defer end()
	m := s.signedIn(source + "?lyrics=yes")
	album := `cd "$M/Artists/Joplin/1902 - Rags"; `
	s.expect(album+`ls *.lrc; cat *.lrc; stat -c %s 01*.lrc; file=$(echo 01*.lrc); touch "$file.cancel"; cat 01*.lrc`, `01 - Good.lrc
02 - Gone.lrc
03 - Empty.lrc
04 - Forbidden.lrc
[00:01.50]oh Good
[00:01.50]oh Gone
[00:01.50]oh Empty
[00:01.50]oh Forbidden
18
[00:01.50]oh Good`)
	m.unmount()
	s.signedIn(source + "?lyrics=yes")
	s.expect(album+`cat 01*.lrc; setfattr -n user.tunesfs.control -v evict 01*.lrc; cat 01*.lrc; grep -c . playlist.m3u8`,
		"[00:01.50]oh Good\n[00:01.50]oh Good\n9")
}

// A wrong password is told where it is met.
func TestWrongPassword(t *testing.T) {
	needTools(t, "getfattr")
	s := newSession(t)
	source, end := newLibrary([]byte("song"))
	defer end()
	s.mount(source, "--password-file", s.password("guess")).mayWarn = "wrong user name or password"
	s.expect(`! ls "$M/tones" >/dev/null 2>&1
		! ls "$M/Artists" 2>&1 | sed 's/.*: //'
		getfattr --absolute-names --only-values -n user.tunesfs.error "$M/Artists"; echo; ls "$M"`,
		"Permission denied\nsubsonic: getArtists: sign-in refused: wrong user name or password (error 40)\nArtists\nPlaylists\ntones")
}
