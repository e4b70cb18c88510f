//go:build linux

package main

import (
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A supysonic is Debian's Subsonic server, with a library and one user.
type supysonic struct {
	dir   string
	music string // the folder of the library; $R in scripts
	host  string
}

const supysonicConf = `
[base]
database_uri = sqlite:///DIR/library.db
[webapp]
cache_dir = DIR/cache
mount_webui = off
[daemon]
socket = DIR/none.sock
[transcoding]
transcoder = ffmpeg -v error -nostdin -i %srcpath -map 0:a -b:a %outratek -f %outfmt -
`

// supysonicServer serves on a socket that listens already, so that there is
// nothing to wait for and no port to race for.
const supysonicServer = `
import logging
from supysonic.web import create_application
from werkzeug.serving import make_server
logging.getLogger("werkzeug").setLevel(logging.ERROR)
make_server("127.0.0.1", 0, create_application(), threaded=True, fd=3).serve_forever()
`

// debianPython is the one that Debian's packages are for.
const debianPython = "/usr/bin/python3"

// newSupysonic makes a library of two artists and starts a server of it.
func newSupysonic(t *testing.T) *supysonic {
	t.Helper()
	needTools(t, "supysonic-cli", "ffmpeg", "getfattr", debianPython)
	dir := t.TempDir()
	s := &supysonic{dir: dir, music: filepath.Join(dir, "music")}
	s.sh(t, `echo "$CONF" | sed "s,DIR,$PWD," >supysonic.conf
		mkdir -p music/rags music/rock
		tone() { ffmpeg -v error -nostdin -f lavfi -i "anoisesrc=seed=$1:duration=$1:amplitude=0.3" -ac 2 \
			-metadata title="$2" -metadata artist="$3" -metadata album="$4" -metadata track="$1" -metadata date="$5" "music/$6"; }
		tone 4 'Low tones' 'Scott Joplin' 'Rags' 1902 rags/1.mp3
		tone 5 'High/Low tones' 'Scott Joplin' 'Rags' 1902 rags/2.flac
		tone 6 'Loud tones' 'AC/DC' 'Rock & Roll' 1979 rock/1.ogg
		ffmpeg -v error -nostdin -f lavfi -i testsrc=size=300x300 -frames:v 1 music/rags/cover.jpg
		supysonic-cli user add "$USER" -p "$PASSWORD"
		supysonic-cli folder add Library "$PWD/music"
		supysonic-cli folder scan --foreground >scan.log 2>&1`)
	s.start(t)
	return s
}

func (s *supysonic) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "HOME="+s.dir, "LC_ALL=C.UTF-8", "CONF="+supysonicConf, "USER="+libraryUser, "PASSWORD="+libraryPassword)
	return cmd
}

func (s *supysonic) sh(t *testing.T, script string) {
	t.Helper()
	if out, err := s.command("sh", "-euc", script).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func (s *supysonic) start(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	socket, err := listener.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	s.host = listener.Addr().String()
	var said lockedBuffer
	cmd := s.command(debianPython, "-c", supysonicServer)
	cmd.ExtraFiles = []*os.File{socket}
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("supysonic said:\n%s", &said)
		}
	})
}

// makePlaylist makes a playlist of songs, by their identifiers in the catalog.
func (s *supysonic) makePlaylist(t *testing.T, name string, songs ...string) {
	t.Helper()
	params := url.Values{"u": {libraryUser}, "p": {libraryPassword}, "c": {"test"}, "v": {"1.10.2"}, "f": {"json"}, "name": {name}, "songId": songs}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get("http://" + s.host + "/rest/createPlaylist?" + params.Encode())
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
}

// source returns what to mount.
func (s *supysonic) source(options string) string {
	return "subsonic+http://" + libraryUser + "@" + s.host + "/" + options
}
