package source

import (
	"context"
	"net"
	"net/http"
	"net/url"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/demo"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/size"
)

var demoScheme = scheme{
	name:    "demo",
	options: []string{DemoRate},
	examples: []example{
		{"demo:", "public-domain tunes from this program itself, offline"},
		{"demo:?rate=2M", "the same at another pace (320 kB a second)"},
	},
	open: openDemo,
}

func openDemo(s Source, env Environment) (catalog.Source, func() error, error) {
	opt, err := demoOptions(s)
	if err != nil {
		return nil, nil, err
	}
	opt.Logger = env.Log
	server, err := demo.New(opt)
	if err != nil {
		return nil, nil, err
	}
	return roaming{server.Source()}, server.Close, nil
}

// demoOptions returns what the demo is asked for.
func demoOptions(s Source) (opt demo.Options, err error) {
	for name, values := range s.Options {
		if name != DemoRate && values[0] != "" && catalog.IsOptionName(name) {
			return opt, Errorf("demo: unknown option %q: it takes %s=BYTES only", name, DemoRate)
		}
		rate, err := size.Parse(values[0])
		if name != DemoRate || len(values) > 1 || err != nil || rate == 0 {
			return opt, Errorf("demo: takes the option %s=BYTES only, such as %s=2M", DemoRate, DemoRate)
		}
		opt.Rate = rate
	}
	return opt, nil
}

// DemoRate is the option of demo: that sets the pace of each tune, over all its connections.
const DemoRate = "rate"

// roaming is a Source whose server is at another address at every start, so
// that an address is good for this run only.
type roaming struct{ catalog.Source }

// Search implements catalog.Source; its tracks keep no URL of the server's.
func (r roaming) Search(ctx context.Context, query string) (catalog.Listing, error) {
	listing, err := r.Source.Search(ctx, query)
	for i := range listing.Tracks {
		t := &listing.Tracks[i]
		t.URL, t.Artwork = "", ""
		if isLoopback(t.Store) {
			t.Store = ""
		}
	}
	return listing, err
}

// isLoopback reports whether address leads to this machine by its number, as
// that of the demo's server does.
func isLoopback(address string) bool {
	u, err := url.Parse(address)
	return err == nil && net.ParseIP(u.Hostname()).IsLoopback()
}

// Locate implements catalog.Source. A location with a header is asked for
// again in the next run: it cannot be rebuilt from its URL.
func (r roaming) Locate(ctx context.Context, id string) (catalog.Location, error) {
	at, err := r.Source.Locate(ctx, id)
	at.Header = http.Header{"Accept": {"audio/*"}}
	return at, err
}
