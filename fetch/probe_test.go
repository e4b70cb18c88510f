package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
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
func (f *fixture) probe(ctx context.Context, files []fetchtest.File) map[string]error {
	var mu sync.Mutex // guards failed
	failed := map[string]error{}
	f.Probe(ctx, func(yield func(*Download) bool) {
		for _, a := range files {
			if !yield(f.at(a.Name)) {
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

// at returns the download of a file that is known to be at the origin.
func (f *fixture) at(name string) *Download {
	return f.Download(Remote{Key: name, Size: -1, Location: Location{URL: f.origin.URL(name)}})
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
				if failed := f.probe(f.t.Context(), files); len(failed) > 0 {
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
				if failed := f.probe(f.t.Context(), files); len(failed) > 0 {
					t.Error(failed)
				}
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
					failed := f.probe(f.t.Context(), files)
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
	for name, fault := range map[string]func(gate chan struct{}) fetchtest.Fault{
		"hangs": func(gate chan struct{}) fetchtest.Fault { return fetchtest.HoldAt(fetchtest.BeforeHead, gate) },
		"fails": func(chan struct{}) fetchtest.Fault { return fetchtest.Status(http.StatusBadRequest) },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				gate := make(chan struct{})
				f.origin.Fault(fetchtest.Of("0"), fault(gate))
				ended := make(chan map[string]error)
				go func() { ended <- f.probe(f.t.Context(), files) }()
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

// TestProbeConnects probes files of a known server, to which there is no
// connection any more: one is opened, not one for each.
func TestProbeConnects(t *testing.T) {
	files := songs(100, fetchtest.File{})
	bubbleAmongOthers(t, true, func(f *fixture) {
		transport := f.opt.Transport.(*http.Transport)
		dial := transport.DialContext
		transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			time.Sleep(100 * time.Millisecond)
			return dial(ctx, network, address)
		}
		for n, half := range [][]fetchtest.File{files[:50], files[50:]} {
			if failed := f.probe(f.t.Context(), half); len(failed) > 0 {
				f.t.Error(failed)
			}
			if got := f.origin.Stats().Conns; got != n+1 {
				f.t.Errorf("%d connections, want %d", got, n+1)
			}
			time.Sleep(time.Second) // the heads go on to their ends
			f.origin.Drop()
			time.Sleep(time.Second)
		}
	}, files...)
}

// TestProbeLeadsElsewhere probes files of a server that carries many requests at
// a time, and leads, more slowly after a while, to one that does not: that one is
// not overrun, and who waits for it holds up nobody.
func TestProbeLeadsElsewhere(t *testing.T) {
	files := songs(300, fetchtest.File{})
	bubbleAmongOthers(t, true, func(f *fixture) {
		other := fetchtest.NewLocal(f.t, "two.test", files...)
		other.SetLink(fetchtest.Link{RTT: 10 * time.Millisecond})
		for n, a := range files {
			f.origin.Redirect(a.Name, http.StatusFound, other.URL(a.Name))
			if n >= 10 {
				f.origin.Fault(fetchtest.Of(a.Name), fetchtest.Delay(time.Second))
			}
		}
		f.opt.Transport, f.opt.Connections = fetchtest.Network(f.origin, other), 3
		f.reopen()
		began := time.Now()
		if failed := f.probe(f.t.Context(), files); len(failed) > 0 {
			f.t.Error(failed)
		}
		if took := time.Since(began); took > 10*time.Second {
			f.t.Errorf("took %v", took)
		}
		if n := other.Stats().ConnsPeak; n > 3 {
			f.t.Errorf("%d connections at a time", n)
		}
	}, files...)
}

// TestProbeStartsNothing probes files that failed, are paused, or will not be
// waited for: nothing is asked of the server, and nothing set under way.
func TestProbeStartsNothing(t *testing.T) {
	files := songs(20, fetchtest.File{NoLength: true, NoRanges: true})
	bubble(t, func(f *fixture) {
		f.origin.Fault(fetchtest.Of("0"), fetchtest.Status(http.StatusBadRequest))
		f.control(f.at("0"), Start)
		f.untilState(f.at("0"), Failed)
		f.origin.Heal()
		f.origin.SetLink(fetchtest.Link{RTT: time.Millisecond}) // lest it come before the pause
		f.control(f.at("1"), Start)
		f.control(f.at("1"), Pause)
		time.Sleep(2 * failedRest)
		before := f.requestsArrived()
		if failed := f.probe(f.t.Context(), files[:2]); !errors.Is(failed["0"], ErrBadResponse) || failed["1"] == nil {
			f.t.Error(failed)
		}
		ctx, cancel := context.WithCancel(f.t.Context())
		cancel()
		f.probe(ctx, files)
		if n := f.requestsArrived() - before; n != 0 || f.at("0").Status().State != Failed {
			f.t.Errorf("%d requests, and %v", n, f.at("0").Status())
		}
		f.probe(f.t.Context(), files) // of which the first two are not asked for
		if n := f.requestsArrived() - before; n > 2 {
			f.t.Errorf("%d requests of a server that does not tell", n)
		}
	}, files...)
}
