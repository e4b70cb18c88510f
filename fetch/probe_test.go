package fetch

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// songs returns many files of one kind.
func songs(many int, kind fetchtest.File) (files []fetchtest.File) {
	for i := range many {
		f := file(fmt.Sprint(i), mb)
		f.NoLength, f.NoRanges = kind.NoLength, kind.NoRanges
		files = append(files, f)
	}
	return files
}

// probe asks for the lengths of files, and returns why which cannot be had.
func (f *fixture) probe(files []fetchtest.File) map[string]error {
	var mu sync.Mutex // guards failed
	failed := map[string]error{}
	f.Probe(f.t.Context(), func(yield func(*Download) bool) {
		for _, a := range files {
			if !yield(f.Download(Remote{Key: a.Name, Size: -1, Location: Location{URL: f.origin.URL(a.Name)}})) {
				return
			}
		}
	}, func(d *Download, err error) {
		mu.Lock()
		defer mu.Unlock()
		failed[d.Key()] = err
	})
	return failed
}

// TestProbe asks for the lengths of a whole folder. Over HTTP/1.1 they come by
// as many connections as there may be, again and again; over HTTP/2 by one, and
// as soon as that is there, a hundred at a time.
func TestProbe(t *testing.T) {
	const many, rtt = 200, 100 * time.Millisecond
	files := songs(many, fetchtest.File{})
	for _, c := range []struct {
		name   string
		secure bool
		conns  int
		within time.Duration
	}{
		{"HTTP/1.1", false, defaultConnections, 6*rtt + many/defaultConnections*rtt},
		{"HTTP/2", true, 1, 4 * rtt},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubbleAmongOthers(t, c.secure, func(f *fixture) {
				f.opt.Transport.(*http.Transport).MaxConnsPerHost = defaultConnections // as the store's own has
				f.origin.SetLink(fetchtest.Link{RTT: rtt, Connect: 2 * rtt})
				began := time.Now()
				if failed := f.probe(files); len(failed) > 0 {
					t.Error(failed)
				}
				if took := time.Since(began); took > c.within {
					t.Errorf("took %v, want %v", took, c.within)
				}
				time.Sleep(time.Second)
				if n := f.origin.Stats().Conns; n > c.conns {
					t.Errorf("%d connections, want %d", n, c.conns)
				}
				for _, a := range files {
					if held := f.download(a.Name).Status().Held; held < probeLen {
						t.Fatalf("%d bytes of a head", held)
					}
				}
				f.probe(files)
				if n := f.origin.Stats().Requests; n != many {
					t.Errorf("%d requests for %d files", n, many)
				}
			}, files...)
		})
	}
}

// TestProbeUntold probes files of a server that does not tell how long they are:
// it is asked once, or by what had been sent before that was seen, and nothing
// becomes a download.
func TestProbeUntold(t *testing.T) {
	const many = 50
	files := songs(many, fetchtest.File{NoLength: true, NoRanges: true})
	for name, secure := range map[string]bool{"HTTP/1.1": false, "HTTP/2": true} {
		t.Run(name, func(t *testing.T) {
			bubbleAmongOthers(t, secure, func(f *fixture) {
				f.origin.SetLink(fetchtest.Link{RTT: 20 * time.Millisecond, TotalRate: mb})
				for range 2 {
					failed := f.probe(files)
					for _, a := range files {
						if err := failed[a.Name]; !errors.Is(err, ErrUntold) {
							t.Fatalf("%s: %v", a.Name, err)
						}
						if s := f.download(a.Name).Status(); s.State != Idle || s.Held > 0 {
							t.Fatalf("%+v", s)
						}
					}
				}
				if n := f.origin.Stats().Requests; n > 2 && !secure || n > many+10 {
					t.Errorf("%d requests", n)
				}
			}, files...)
		})
	}
}

// TestProbeGoesRound probes files of which the first does not come, or fails: the
// others come all the same.
func TestProbeGoesRound(t *testing.T) {
	files := songs(20, fetchtest.File{})
	for name, fault := range map[string]fetchtest.Fault{
		"hangs": fetchtest.HoldAt(fetchtest.BeforeHead, nil),
		"fails": fetchtest.Status(400),
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				gate := make(chan struct{})
				if name == "hangs" {
					fault = fetchtest.HoldAt(fetchtest.BeforeHead, gate)
				}
				f.origin.Fault(fetchtest.Of("0"), fault)
				ended := make(chan map[string]error)
				go func() { ended <- f.probe(files) }()
				time.Sleep(2 * firstProbe)
				if slices.ContainsFunc(files[1:], func(a fetchtest.File) bool { return f.download(a.Name).Status().Size < 0 }) {
					t.Error("the others have to wait")
				}
				close(gate)
				if failed := <-ended; len(failed) > 1 || name == "fails" && !errors.Is(failed["0"], ErrBadResponse) {
					t.Error(failed)
				}
			}, files...)
		})
	}
}
