package fetch

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// TestHeads asks for the sizes of many files at a time, after one. What is there
// of connections is used again and again; over HTTP/2 one does, and no head has
// to wait for others. All of them are there when their sizes are, or just after.
func TestHeads(t *testing.T) {
	const many, rtt = 65, 100 * time.Millisecond
	var files []fetchtest.File
	for i := range many {
		files = append(files, file(fmt.Sprint(i), mb))
	}
	for _, c := range []struct {
		name   string
		secure bool
		conns  int
		within time.Duration
	}{
		{"HTTP/1.1", false, defaultConnections, 3*rtt + many/defaultConnections*rtt},
		{"HTTP/2", true, 1, 3 * rtt},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubbleAmongOthers(t, c.secure, func(f *fixture) {
				f.opt.Transport.(*http.Transport).MaxConnsPerHost = defaultConnections // as the store's own has
				f.origin.SetLink(fetchtest.Link{RTT: rtt, Connect: rtt})
				began := time.Now()
				f.sizes(files[:1])
				f.sizes(files[1:])
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
				if n := f.origin.Stats().Requests; n != many {
					t.Errorf("%d requests for %d files", n, many)
				}
			}, files...)
		})
	}
}

// sizes asks for those of several files at a time.
func (f *fixture) sizes(files []fetchtest.File) {
	var all sync.WaitGroup
	for _, a := range files {
		all.Go(func() {
			if _, err := f.download(a.Name).Size(f.t.Context()); err != nil {
				f.t.Error(err)
			}
		})
	}
	all.Wait()
}
