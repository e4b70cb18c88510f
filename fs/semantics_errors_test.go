package fs

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// sosPath is the track SOS below the mount.
const sosPath = "abba/ABBA - SOS.m4a"

// eachRow tries the rows of a table of two columns: each must be known, and each
// that is known must be there.
func eachRow[T any](t *testing.T, table table, known map[string]T, try func(t *testing.T, what T, want string)) {
	rows := map[string]bool{}
	for i, row := range table.rows {
		what, ok := known[row[0]]
		if !ok || rows[row[0]] {
			t.Errorf("semantics.md:%d: nobody knows how to try: %s", table.line+2+i, row[0])
			continue
		}
		rows[row[0]] = true
		t.Run(row[0], func(t *testing.T) { try(t, what, row[1]) })
	}
	for name := range known {
		if !rows[name] {
			t.Errorf("semantics.md does not say: %s %s", table.head[0], name)
		}
	}
}

// searchErrors make opening the search for abba fail.
var searchErrors = map[string]func(w *world){
	"nothing listens at the catalog's address": func(w *world) { w.service.Close() },
	"the network cannot be reached":            func(w *world) { w.cutOff(syscall.ENETUNREACH) },
	"the catalog does not answer within a minute": func(w *world) {
		w.sourceTimeout = 300 * time.Millisecond
		w.t.Cleanup(w.service.hold("abba"))
	},
	"the catalog asks for fewer calls": refusing(http.StatusTooManyRequests),
	"the catalog refuses the sign-in":  refusing(http.StatusUnauthorized),
	"the catalog refuses the query":    refusing(http.StatusBadRequest),
	"the catalog is out of service":    refusing(http.StatusServiceUnavailable),
	"the answer makes no sense":        refusing(http.StatusNoContent),
	"the catalog's certificate is not valid": func(w *world) {
		w.service.Close()
		w.service.Server = httptest.NewTLSServer(http.NotFoundHandler())
		w.service.Config.ErrorLog = log.New(io.Discard, "", 0)
		w.t.Cleanup(w.service.Close)
	},
}

func refusing(status int) func(*world) { return func(w *world) { w.service.fail("abba", status) } }

func testSearchErrors(t *testing.T, table table) {
	eachRow(t, table, searchErrors, func(t *testing.T, arrange func(*world), want string) {
		w := newWorld(t, 1000)
		arrange(w)
		w.mount()
		w.sh(`mkdir "$A"`)
		for range 2 {
			if got := w.tries(self, "list", "abba"); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
	})
}

// A readError makes a read of SOS fail.
type readError struct {
	arrange   func(w *world)               // before the mount
	meanwhile func(w *world, typed *shell) // between an open and the read; may be nil
}

var readErrors = map[string]readError{
	"its download was canceled since it was opened": {keepingBack, func(_ *world, typed *shell) {
		typed.types(sos + `setfattr -n user.tunesfs.control -v cancel "$S"`)
	}},
	"its download has been paused since before it was opened, for 5 seconds more": {keepingBack, func(_ *world, typed *shell) {
		typed.types(sos + `setfattr -n user.tunesfs.control -v start "$S"; setfattr -n user.tunesfs.control -v pause "$S"; exec 3<"$S"`)
	}},
	"it has changed on the server since it was read": {keepingBack, func(w *world, _ *shell) {
		w.origin.Heal()
		w.origin.Replace("SOS.m4a", fetchtest.Random(99, trialSize))
		w.origin.Drop()
	}},
	"nothing listens at the server's address for 5 seconds": {func(w *world) { w.origin.Close() }, nil},
	"the network cannot be reached for 5 seconds":           {keepingBack, func(w *world, _ *shell) { w.cutOff(syscall.ENETUNREACH) }},
	"no byte has come for 60 seconds": {func(w *world) {
		w.opt.NoProgress = 300 * time.Millisecond
		w.origin.Fault(fetchtest.Always, fetchtest.StallAfter(fetchtest.BeforeHead))
	}, nil},
	"the server refuses access (401)": {answering(http.StatusUnauthorized), nil},
	"the server refuses access (403)": {answering(http.StatusForbidden), nil},
	"the server is where its catalog may not lead": {func(w *world) {
		w.opt.Dial = func(context.Context, string, string) (net.Conn, error) {
			return nil, fmt.Errorf("%w: it is in the local network", fetch.ErrDenied)
		}
	}, nil},
	"the server does not have it (404)": {answering(http.StatusNotFound), nil},
	"the server does not have it (410)": {answering(http.StatusGone), nil},
	"the server breaks the protocol": {func(w *world) {
		w.origin.Fault(fetchtest.Always, func(a *fetchtest.Response) { a.Status = http.StatusPartialContent }, // without a range, too
			fetchtest.ContentRange("bytes 7-8/9"))
	}, nil},
	"the server's certificate is not valid": {func(w *world) {
		w.opt.Transport = untrusting{}
	}, nil},
	"the cache is full, and the server sends no ranges": {func(w *world) {
		w.opt.MaxBytes = 1
		w.addFile(fetchtest.File{Name: "SOS.m4a", Content: w.origin.Content("SOS.m4a"), NoRanges: true})
	}, nil},
	"a signal comes": {keepingBack, nil},
	"the mount ends": {keepingBack, nil},
}

// untrusting is a network whose clock, or whose servers' clocks, are wrong.
type untrusting struct{}

func (untrusting) RoundTrip(*http.Request) (*http.Response, error) {
	tomorrow := &x509.Certificate{NotBefore: time.Now().Add(24 * time.Hour)}
	return nil, &tls.CertificateVerificationError{Err: x509.CertificateInvalidError{Cert: tomorrow, Reason: x509.Expired}}
}

func keepingBack(w *world) { w.origin.Fault(fetchtest.Always, holdFrom(w.never())) }

func answering(status int) func(*world) {
	return func(w *world) { w.origin.Fault(fetchtest.Always, fetchtest.Status(status)) }
}

// never returns a channel that is closed at the end of the test.
func (w *world) never() <-chan struct{} {
	end := make(chan struct{})
	w.t.Cleanup(func() { close(end) })
	return end
}

func testReadErrors(t *testing.T, table table) {
	eachRow(t, table, readErrors, func(t *testing.T, e readError, want string) {
		w := newWorld(t, trialSize)
		e.arrange(w)
		w.mount()
		w.abba()
		typed := newShell(w)
		typed.types(sos + `exec 3<"$S"`)
		if e.meanwhile != nil {
			typed.types(`head -c 300000 <&3 >/dev/null`)
			e.meanwhile(w, typed)
		}
		call := "read"
		if strings.HasSuffix(t.Name(), "a_signal_comes") {
			call = "interrupted"
		}
		typed.types(attemptIn(w, call, "-", "1500000") + ` <&3 >~/got 2>&1 &`)
		if strings.HasSuffix(t.Name(), "the_mount_ends") {
			w.unmount()
		}
		typed.types("wait $!")
		got, err := os.ReadFile(filepath.Join(w.tmp, "got"))
		w.must(err)
		if strings.TrimSpace(string(got)) != want {
			t.Errorf("%s, want %s", got, want)
		}
	})
}

// attemptIn returns the command that makes an attempt in a shell.
func attemptIn(w *world, call ...string) string {
	w.t.Helper()
	binary, err := os.Executable()
	w.must(err)
	return noSleep + ` ` + clientEnv + `=attempt '` + binary + `' '` + strings.Join(call, `' '`) + `'`
}
