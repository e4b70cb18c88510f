package fetch

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// BenchmarkColdRead reads a file once from start to end while it is fetched
// over an unthrottled link.
func BenchmarkColdRead(b *testing.B) { benchmarkRead(b, 512<<20, fetchtest.Link{}) }

// BenchmarkSlowConnections fetches a file over a link that gives each
// connection 1 MB/s and answers after 50 ms.
func BenchmarkSlowConnections(b *testing.B) {
	benchmarkRead(b, 20<<20, fetchtest.Link{RTT: 50 * time.Millisecond, ConnRate: 1e6})
}

// benchmarkRead reads a file of size bytes over a link, each time with an empty
// cache, and reports what that cost the origin.
func benchmarkRead(b *testing.B, size int64, link fetchtest.Link) {
	o := fetchtest.New(b, fetchtest.File{Name: "a", Content: fetchtest.Random(1, size)})
	o.SetLink(link)
	b.SetBytes(size)
	for b.Loop() {
		readCold(b, o, size)
	}
	b.ReportMetric(float64(o.Stats().Requests)/float64(b.N), "requests/op")
	b.ReportMetric(float64(o.Sent())/float64(b.N)/float64(size), "sent/size")
}

func readCold(b *testing.B, o *fetchtest.Origin, size int64) {
	s, err := Open(b.TempDir(), Options{Transport: o.Transport(),
		Locate: func(context.Context, string) (Location, error) { return Location{URL: o.URL("a")}, nil }})
	if err != nil {
		b.Fatal(err)
	}
	r := s.Download(Remote{Key: "a", Size: -1}).NewReader()
	n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, &contextReader{r: r, ctx: b.Context()}, make([]byte, 128<<10))
	if n != size || err != nil {
		b.Fatal(n, err)
	}
	_ = r.Close()
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}
