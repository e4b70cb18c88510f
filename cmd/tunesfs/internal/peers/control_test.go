//go:build linux

package peers

import (
	"fmt"
	"net/rpc"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// An origin is the process that all clients fetch from.
type origin struct {
	b      *testing.B
	client *rpc.Client
	at     Addresses
	albums int
}

// startOrigin starts an origin behind link. It ends with the benchmark.
func startOrigin(b *testing.B, link fetchtest.Link) *origin {
	b.Helper()
	return newOrigin(b, "plain", link)
}

// startSecureOrigin is startOrigin with HTTP/2 over TLS. Programs that are
// started after it trust it.
func startSecureOrigin(b *testing.B, link fetchtest.Link) *origin {
	b.Helper()
	o := newOrigin(b, secure, link)
	trusted := filepath.Join(b.TempDir(), "trusted.pem")
	if err := os.WriteFile(trusted, o.at.Certificate, 0o600); err != nil {
		b.Fatal(err)
	}
	b.Setenv("SSL_CERT_FILE", trusted)
	return o
}

func newOrigin(b *testing.B, kind string, link fetchtest.Link) *origin {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), originEnv+"="+kind)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	o := &origin{b: b, client: rpc.NewClient(stdio{out, in})}
	b.Cleanup(func() {
		_ = o.client.Close() // the process ends with its input
		if err := cmd.Wait(); err != nil {
			b.Error("origin:", err)
		}
	})
	o.ask("Where", struct{}{}, &o.at)
	o.link(link)
	return o
}

func (o *origin) ask(what string, args, reply any) {
	o.b.Helper()
	if err := o.client.Call("Ask."+what, args, reply); err != nil {
		o.b.Fatalf("origin: %s: %v", what, err)
	}
}

// delayed is a link that answers after rtt, and connects in another.
func delayed(rtt time.Duration) fetchtest.Link { return fetchtest.Link{RTT: rtt, Connect: rtt} }

func (o *origin) link(l fetchtest.Link) { o.ask("Link", l, nil) }

// album publishes files that nobody has asked for yet.
func (o *origin) album(count int, size int64) Album {
	o.b.Helper()
	o.albums++
	a := Album{Name: fmt.Sprintf("album%03d", o.albums), Count: count, Size: size}
	o.ask("Publish", a, nil)
	return a
}

// begin begins to count anew.
func (o *origin) begin() { o.ask("Forget", struct{}{}, nil) }

func (o *origin) stats() (s fetchtest.Stats) {
	o.ask("Stats", false, &s)
	return s
}

// idleStats are the counters once nothing is being sent any more.
func (o *origin) idleStats() (s fetchtest.Stats) {
	o.ask("Stats", true, &s)
	return s
}

func (o *origin) requests() (log []fetchtest.Request) {
	o.ask("Requests", struct{}{}, &log)
	return log
}

// url is the address of file i of an album.
func (o *origin) url(a Album, i int) string { return o.at.Files + a.file(i) }
