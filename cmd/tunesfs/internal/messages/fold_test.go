package messages

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// TestFold folds floods: lines of one form become two, one of them with a count, and
// many forms no more than there may be.
func TestFold(t *testing.T) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, c := range map[string]struct {
		lines func(i int) string
		every time.Duration
		most  int // lines
		count string
	}{
		"one line": {func(int) string { return "x" }, 0, 2, "count=99999"},
		"numbers":  {func(i int) string { return fmt.Sprintf("frame %d of 0x%x", i, i) }, 0, 2, "count=99999"},
		"what it quotes": {func(i int) string {
			return fmt.Sprintf("starting with %q", strings.Repeat(string(rune('a'+i%26)), i%99))
		}, 0, 2, "count=99999"},
		"many forms": {func(i int) string { return strings.Repeat("x", i%1000) }, 0, 2*foldForms + 1, "says more"},
		"for long":   {func(int) string { return "x" }, time.Second, 2 * (100_000/60 + 1), "count=59"},
		"control":    {func(int) string { return "\x1b[2J\n\n" }, 0, 2, `text="\x1b[2J"`},
	} {
		var out bytes.Buffer
		f := &fold{log: slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))}
		for i := range 100_000 {
			f.add(strings.TrimSpace(c.lines(i)), start.Add(time.Duration(i)*c.every))
		}
		f.mu.Lock()
		f.flushLocked()
		f.mu.Unlock()
		if n := strings.Count(out.String(), "\n"); n > c.most || !strings.Contains(out.String(), c.count) {
			t.Errorf("%s: %d lines: %.500s", name, n, out.String())
		}
	}
}

// TestFoldLog has package log write to a log for a while: at level debug, no more of a
// line than may be, and not at all where nobody debugs.
func TestFoldLog(t *testing.T) {
	before := log.Writer()
	for _, debug := range []bool{true, false} {
		var out bytes.Buffer
		restore := FoldLog(NewLogger(&out, true, debug))
		for range 1000 {
			log.Print(strings.Repeat("x", 10_000))
		}
		restore()
		if n := strings.Count(out.String(), "\n"); debug != (n == 2) || out.Len() > 3*maxLine || debug != strings.Contains(out.String(), "level=DEBUG") {
			t.Errorf("debug %v: %d lines, %d bytes", debug, n, out.Len())
		}
	}
	if log.Writer() != before {
		t.Error("the writer was not put back")
	}
}

// TestUnknownFrames has a server send HTTP/2 frames that nobody knows.
func TestUnknownFrames(t *testing.T) {
	const frames = 20_000
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.StartTLS() // for its certificate alone
	defer server.Close()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: server.TLS.Certificates, NextProtos: []string{"h2"}})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go serveFrames(l, frames)

	var out bytes.Buffer
	restore := FoldLog(NewLogger(&out, true, true))
	client := server.Client()
	client.Transport.(*http.Transport).ForceAttemptHTTP2 = true
	resp, err := client.Get("https://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	client.CloseIdleConnections()
	restore()
	if n := strings.Count(out.String(), "\n"); err != nil || n == 0 || n > 10 || !strings.Contains(out.String(), "count=") {
		t.Errorf("%d frames are %d lines, %v: %.500s", frames, n, err, &out)
	}
}

// serveFrames answers one request with frames of a type that does not exist.
func serveFrames(l net.Listener, frames int) {
	conn, err := l.Accept()
	if err != nil {
		return
	}
	defer conn.Close()
	if _, err := io.ReadFull(conn, make([]byte, len(http2.ClientPreface))); err != nil {
		return
	}
	f := http2.NewFramer(conn, conn)
	_ = f.WriteSettings()
	for {
		frame, err := f.ReadFrame()
		if err != nil {
			return
		}
		if _, ok := frame.(*http2.HeadersFrame); !ok {
			continue
		}
		for i := range frames {
			_ = f.WriteRawFrame(0xbe, 0, frame.Header().StreamID, []byte(fmt.Sprint(i)))
		}
		var head bytes.Buffer
		_ = hpack.NewEncoder(&head).WriteField(hpack.HeaderField{Name: ":status", Value: "200"})
		_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: frame.Header().StreamID, BlockFragment: head.Bytes(), EndHeaders: true, EndStream: true})
	}
}
