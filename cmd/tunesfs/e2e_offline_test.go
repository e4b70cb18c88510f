//go:build linux

package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// An island is a catalog and its files on one server that can be cut off: from
// then on nothing listens at its address.
type island struct {
	t       *testing.T
	address string
	handler http.Handler
	server  *http.Server
}

// newIsland serves files as tunes.
func newIsland(t *testing.T, files ...fetchtest.Content) *island {
	t.Helper()
	mux := http.NewServeMux()
	i := &island{t: t, address: hold(t), handler: mux}
	i.rejoin()
	t.Cleanup(i.cutOff)
	var tunes []tune
	for n := range files {
		tunes = append(tunes, tune{title: tuneTitle(n), url: "http://" + i.address + "/" + fileName(n)})
		mux.HandleFunc("/"+fileName(n), func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", strconv.Quote(fileName(n)))
			http.ServeContent(w, r, fileName(n), time.Time{}, io.NewSectionReader(files[n], 0, files[n].Size()))
		})
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write(searchResponse(tunes))
	})
	return i
}

// hold returns an address that nobody else gets, though nothing listens there.
func hold(t *testing.T) string {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	err = errors.Join(
		unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1), // as listeners have it
		unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	at, bad := unix.Getsockname(fd)
	if err != nil || bad != nil {
		t.Fatal(err, bad)
	}
	return fmt.Sprintf("127.0.0.1:%d", at.(*unix.SockaddrInet4).Port)
}

func (i *island) cutOff() { _ = i.server.Close() }

// rejoin listens again where it did before.
func (i *island) rejoin() {
	i.t.Helper()
	listener, err := net.Listen("tcp", i.address)
	if err != nil {
		i.t.Fatal(err)
	}
	i.server = &http.Server{Handler: i.handler}
	go func() { _ = i.server.Serve(listener) }()
}

// TestOffline has the network go, within a mount and before one: what was listed
// is listed, what is complete plays, what is missing fails soon and says why, and
// all is well again when the network is.
func TestOffline(t *testing.T) {
	t.Parallel()
	needTools(t, "getfattr", "timeout")
	whole, missing := fetchtest.Random(1, 300_000), fetchtest.Random(2, 300_000)
	s, i := newSession(t), newIsland(t, whole, missing)
	s.env = append(s.env, "W="+s.path(0), "N="+s.path(1))
	source := "itunes+http://" + i.address + "/"
	listed := `getfattr --absolute-names --only-values -n user.tunesfs.listed "$D"`
	flags := []string{"--keep", "--ttl", "1s"}

	m := s.mount(source, flags...)
	names := s.sh(`ls "$D"`)
	s.copies(0, whole)
	if at := s.sh(listed); !isTime(strings.TrimSuffix(at, " stale")) {
		t.Errorf("listed at %q", at)
	}
	i.cutOff()
	check := func() {
		t.Helper()
		s.sh("sleep 1.1") // the TTL
		s.expect(`ls "$D" | grep -v progress`, names)
		s.copies(0, whole)
		start := time.Now()
		s.expect(`timeout 15 cat "$N" 2>&1 | sed "s/.*: //"`, "Connection refused")
		t.Logf("a read of what is missing failed after %v; the readme says 5 s", time.Since(start))
		s.expect(`tunesfs status "$N" | grep -c "connection refused"`, "1")
		at := s.sh(listed)
		if stamp, stale := strings.CutSuffix(at, " stale"); !stale || !isTime(stamp) {
			t.Errorf("listed at %q", at)
		}
	}
	check()
	m.mayWarn = "could not be renewed"
	m.unmount()
	m = s.mount(source, flags...)
	m.mayWarn = "could not be renewed"
	check()
	s.expect(`mkdir "$M/never"; timeout 15 ls "$M/never" 2>&1 | sed "s/.*: //"`, "Connection refused")

	i.rejoin()
	s.sh(`sleep 1.1; rmdir "$M/never"; mkdir "$M/never"; ls "$M/never"`)
	s.copies(1, missing)
}

func isTime(text string) bool {
	_, err := time.Parse(time.RFC3339, text)
	return err == nil
}
