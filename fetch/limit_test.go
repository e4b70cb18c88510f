package fetch

import (
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// inPieces is a transport whose bodies give at most so many bytes to a read, as
// those do that come in records of TLS.
type inPieces struct {
	http.RoundTripper
	most int
}

func (p inPieces) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := p.RoundTripper.RoundTrip(req)
	if err == nil {
		resp.Body = piecewise{resp.Body, p.most}
	}
	return resp, err
}

type piecewise struct {
	io.ReadCloser
	most int
}

func (p piecewise) Read(b []byte) (int, error) { return p.ReadCloser.Read(b[:min(len(b), p.most)]) }

// TestLimitIsReached fetches under a limit from servers far faster than it: it
// is kept to and used up, however few bytes each read brings.
func TestLimitIsReached(t *testing.T) {
	const limit, seconds = 2 * mb, 10
	for name, most := range map[string]int{"large reads": chunkLen, "records of TLS": 16 << 10, "small reads": 1000} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				f.opt.LimitRate, f.opt.Transport = limit, inPieces{f.opt.Transport, most}
				f.reopen()
				d := f.download("a")
				f.control(d, Start)
				time.Sleep(seconds * time.Second)
				if held := d.Status().Held; held < limit*seconds*9/10 || held > limit*seconds*11/10 {
					t.Errorf("%d bytes in %d s at a limit of %d", held, seconds, limit)
				}
				f.control(d, Cancel)
			}, file("a", 40*mb))
		})
	}
}

// TestLimitIsNoSilence has so low a limit that a transfer waits for its turn to
// read longer than it may wait for a server.
func TestLimitIsNoSilence(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.opt.LimitRate = 100
		f.reopen()
		r := f.reader("a")
		if _, err := r.ReadAt(f.t.Context(), make([]byte, 10), 20_000); err != nil {
			t.Error(err)
		}
		if n := len(f.origin.Requests()); n > 1 {
			t.Errorf("%d requests", n)
		}
	}, file("a", mb))
}

// TestLimitSharedIsNoSilence has so many transfers share a low limit that each
// waits for its next bytes longer than it may wait for a server.
func TestLimitSharedIsNoSilence(t *testing.T) {
	var files []fetchtest.File
	for i := range defaultConnections {
		files = append(files, file(string(rune('a'+i)), mb))
	}
	bubble(t, func(f *fixture) {
		f.opt.LimitRate = 2000
		f.reopen()
		for _, a := range files {
			f.control(f.download(a.Name), Start)
		}
		time.Sleep(5 * time.Minute)
		for _, a := range files {
			if s := f.download(a.Name).Status(); s.State != Downloading || s.Held == 0 || s.Err != nil {
				t.Errorf("%+v", s)
			}
		}
		if n := len(f.origin.Requests()); n != len(files) {
			t.Errorf("%d requests for %d files", n, len(files))
		}
	}, files...)
}

// TestLimitPastAFullDisk reads what cannot be kept: that keeps to the limit, and
// a small read waits for no more than a moment of it.
func TestLimitPastAFullDisk(t *testing.T) {
	full(t, func(f *fixture, _ *Reader) {
		f.opt.LimitRate = 100_000
		f.reopen()
		r, began := f.reader("a"), time.Now()
		f.read(r, 0, 1000)
		if took := time.Since(began); took > time.Second {
			t.Errorf("the first bytes took %v", took)
		}
		f.read(r, 0, 2_000_000)
		if took := time.Since(began); took < 19900*time.Millisecond || took > 22*time.Second {
			t.Errorf("2 MB took %v", took)
		}
	}, file("a", 4*mb))
}
