//go:build linux

package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"text/template"
	"time"
)

// An nginxServer serves real audio behind an answer of iTunes, once as fast as
// it can and once slowly.
type nginxServer struct {
	audio string // the folder of the audio; $R in scripts
	fast  string // what to mount
	slow  string
	base  string // the folder root/library is listed below /html/ and /json/
}

// slowRate is what the slow catalog gives each connection, in bytes a second.
const slowRate = 100_000

// The configuration of nginx knows folders of its own only. Workers run as who
// tests, since folders of tests are closed to others.
var nginxConf = template.Must(template.New("").Parse(`
daemon off;
pid {{.Dir}}/nginx.pid;
error_log stderr warn;
{{if .Root}}user root;{{end}}
worker_processes 2;
events { worker_connections 512; }
http {
	access_log off;
	client_body_temp_path {{.Dir}}/body;
	proxy_temp_path {{.Dir}}/proxy;
	fastcgi_temp_path {{.Dir}}/fastcgi;
	uwsgi_temp_path {{.Dir}}/uwsgi;
	scgi_temp_path {{.Dir}}/scgi;
	types { audio/mp4 m4a; audio/mpeg mp3; audio/flac flac; audio/ogg ogg; audio/wav wav; }
	default_type text/javascript;
	root {{.Dir}}/root;
	server {
		listen {{.Listen}};
		location /slow/audio/ { alias {{.Dir}}/root/audio/; limit_rate {{.Rate}}; }
		location /html/ { alias {{.Dir}}/root/library/; autoindex on; }
		location /json/ { alias {{.Dir}}/root/library/; autoindex on; autoindex_format json; }
	}
}
`))

// newNginx starts a server of the files in a folder audio below dir/root.
func newNginx(t *testing.T, dir string) *nginxServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	base := "http://" + listener.Addr().String()
	n := &nginxServer{audio: filepath.Join(dir, "root", "audio"), fast: "itunes+" + base + "/", slow: "itunes+" + base + "/slow/", base: base}
	n.writeResponses(t, filepath.Join(dir, "root"), base)
	var conf bytes.Buffer
	err = nginxConf.Execute(&conf, map[string]any{"Dir": dir, "Root": os.Geteuid() == 0, "Listen": listener.Addr(), "Rate": slowRate})
	if err != nil {
		t.Fatal(err)
	}
	save(t, filepath.Join(dir, "nginx.conf"), conf.Bytes())
	runNginx(t, listener.(*net.TCPListener), dir)
	return n
}

// runNginx hands a socket that listens already to a new server, as one that is
// being replaced does, so that there is nothing to wait for.
func runNginx(t *testing.T, listener *net.TCPListener, dir string) {
	socket, err := listener.File()
	if err != nil {
		t.Fatal(err)
	}
	var said lockedBuffer
	cmd := exec.Command("nginx", "-e", "stderr", "-p", dir, "-c", filepath.Join(dir, "nginx.conf"))
	cmd.Env = append(os.Environ(), "NGINX=3;")
	cmd.ExtraFiles = []*os.File{socket}
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	unblock(t, socket)
	socket.Close()
	listener.Close()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("nginx: %v\n%s", err, &said)
		}
	})
}

// unblock undoes what handing a socket to another process does: of two workers
// that are told of a connection, one would wait for the next, and serve nobody.
func unblock(t *testing.T, socket *os.File) {
	t.Helper()
	conn, err := socket.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var set error
	if err := conn.Control(func(fd uintptr) { set = syscall.SetNonblock(int(fd), true) }); err != nil || set != nil {
		t.Fatal(err, set)
	}
}

// writeResponses makes the answers to every search and lookup.
func (n *nginxServer) writeResponses(t *testing.T, root, base string) {
	files, err := os.ReadDir(n.audio)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{"", "/slow"} {
		var tunes []tune
		for _, f := range files {
			title := f.Name()[len(artist+" - ") : len(f.Name())-len(filepath.Ext(f.Name()))]
			tunes = append(tunes, tune{title: title, url: pathURL(base+at+"/audio", f.Name())})
		}
		if err := os.MkdirAll(root+at, 0o755); err != nil {
			t.Fatal(err)
		}
		for _, method := range []string{"search", "lookup"} {
			save(t, filepath.Join(root+at, method), searchResponse(tunes))
		}
	}
}

func save(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// A recording is a file to be made by ffmpeg.
type recording struct {
	name    string
	codec   string
	seconds int
	options []string
}

// Audio is made when it is needed: small enough to be quick, large enough to
// come in several pieces.
var recordings = []recording{
	{"Index Last.m4a", "aac", 20, []string{"-c:a", "aac", "-b:a", "320k"}},
	{"Index First.m4a", "aac", 15, []string{"-c:a", "aac", "-b:a", "128k", "-movflags", "+faststart"}},
	{"Tagged.mp3", "mp3", 20, []string{"-c:a", "libmp3lame", "-b:a", "256k", "-id3v2_version", "3", "-write_id3v1", "1"}},
	{"Lossless.flac", "flac", 15, []string{"-c:a", "flac"}},
}

// moreRecordings are in formats that fewer tests are about.
var moreRecordings = []recording{
	{"Free.ogg", "vorbis", 15, []string{"-c:a", "libvorbis", "-q:a", "6"}},
	{"Raw.wav", "pcm_s16le", 12, []string{"-c:a", "pcm_s16le"}},
}

// blocksName is a file of which every block says what it should hold.
const blocksName = artist + " - Blocks.wav"

// recordBlocks has fio write a file that it can verify.
func recordBlocks(t *testing.T, dir string) {
	t.Helper()
	cmd := exec.Command("fio", "--name=write", "--filename="+filepath.Join(dir, blocksName), "--size=3M", "--bs=4k", "--rw=write",
		"--verify=crc32c", "--do_verify=0", "--minimal")
	cmd.Dir = t.TempDir() // where it leaves the state of a verification
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("fio: %v\n%s", err, out)
	}
}

// record makes recordings in dir.
func record(t *testing.T, dir string, recordings []recording) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for i, r := range recordings {
		sound := fmt.Sprintf("anoisesrc=seed=%d:duration=%d:sample_rate=44100:amplitude=0.3", i+1, r.seconds)
		args := append([]string{"-v", "error", "-nostdin", "-f", "lavfi", "-i", sound, "-ac", "2", "-metadata", "title=" + r.name}, r.options...)
		out, err := exec.Command("ffmpeg", append(args, filepath.Join(dir, artist+" - "+r.name))...).CombinedOutput()
		if err != nil || len(out) > 0 {
			t.Fatalf("ffmpeg: %v\n%s", err, out)
		}
	}
}
