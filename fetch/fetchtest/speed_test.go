package fetchtest_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// BenchmarkServe is a 512 MiB file at full speed over loopback, to a reader
// that throws it away without a copy in user space.
func BenchmarkServe(b *testing.B) {
	o := fetchtest.New(b, fetchtest.File{Name: "a", Content: fetchtest.Random(1, 512<<20)})
	b.SetBytes(512 << 20)
	for b.Loop() {
		resp, err := o.Transport().RoundTrip(httpGet(b, o.URL("a")))
		if err != nil {
			b.Fatal(err)
		}
		n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{resp.Body}, make([]byte, 256<<10))
		if err != nil || n != 512<<20 {
			b.Fatal(n, err)
		}
		_ = resp.Body.Close()
	}
}

// BenchmarkRates shows how near to its rate a shaped link is, in real time.
func BenchmarkRates(b *testing.B) {
	for _, rate := range []int64{256e3, 2e6, 20e6, 100e6} {
		b.Run(fmt.Sprintf("%dkB", rate/1000), func(b *testing.B) {
			n := rate / 2
			o := fetchtest.New(b, fetchtest.File{Name: "a", Content: fetchtest.Random(1, n)})
			o.SetLink(fetchtest.Link{ConnRate: rate})
			rt := o.Transport()
			b.SetBytes(n)
			for b.Loop() {
				resp, err := rt.RoundTrip(httpGet(b, o.URL("a")))
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, resp.Body); err != nil {
					b.Fatal(err)
				}
				_ = resp.Body.Close()
			}
			b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(time.Second/2), "times-due")
		})
	}
}

// BenchmarkLoopback is what the kernel does with the same bytes and writes and
// without HTTP: the bound of BenchmarkServe.
func BenchmarkLoopback(b *testing.B) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			for p, n := make([]byte, 128<<10), 0; n < 512<<20; n += len(p) {
				_, _ = c.Write(p)
			}
			_ = c.Close()
		}
	}()
	b.SetBytes(512 << 20)
	for b.Loop() {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{c}, make([]byte, 256<<10))
		_ = c.Close()
	}
}

func httpGet(tb testing.TB, url string) *http.Request {
	tb.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return req
}
