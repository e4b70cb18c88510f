// Package world owns the origin of a torture run: the files that it serves, the
// ledger of their versions, its listings, and the faults that strike requests.
//
// It must never know who asks. Open world.go first; ledger.go keeps the versions,
// index.go writes listings, strike.go has the kinds of fault.
package world

import (
	"fmt"
	"net"
	"net/url"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// Base is the folder of the origin below which all files are.
const Base = "music"

// A Service is a way in which an origin lists its files.
type Service interface {
	// Source returns the word that names the catalog to the mount command.
	Source(host string) string
	// Respond returns the body and the type of what is at a path with a query,
	// below the origin, or false where there is none. It is called by many at once.
	Respond(l *Ledger, uri *url.URL) (body []byte, mediaType string, ok bool)
	// FileOf returns the path in the ledger of the file that a request asks for,
	// or false.
	FileOf(uri *url.URL) (string, bool)
	// FolderOf returns the path in the ledger of the folder that a request lists, ""
	// for the root and for lists of all, or false.
	FolderOf(uri *url.URL) (string, bool)
	// MountFolder returns where a mount shows the files in a folder of the ledger.
	MountFolder(dir string) string
	// UpperFolder returns the folder of the ledger that a mount asks for to list a
	// folder on the way to the files of dir, "" for a list of all.
	UpperFolder(folder, dir string) string
	// MountName returns how a mount names a file there.
	MountName(l *Ledger, path string) string
	// FoundPath returns where a mount shows a file below a search that finds it.
	FoundPath(l *Ledger, path string) string
	// Flags are what the mount command needs beside the source.
	Flags() []string
	// Secret is the password of the service; "" where it wants none.
	Secret() string
	// Told returns what listings tell of a version: its size, -1 where they do not, and
	// the time that a mount shows of it, zero where they do not.
	Told(v Version) (size int64, modified time.Time)
	// TellsDigest reports whether listings tell a digest of each version: a file is
	// complete only if its bytes have it.
	TellsDigest() bool
}

// Services are the ways, by the name that a plan has for them.
var Services = map[string]Service{"index": index{}, "archive": newArchive(), "subsonic": subsonic{}}

// A World is one origin. All its methods may be called at any time.
type World struct {
	*Ledger
	Origin  *fetchtest.Origin
	service Service
	host    string

	redirects redirects

	mu      sync.Mutex
	strikes []*Strike // guarded by mu; all that ever were
	brisk   bool      // guarded by mu; no file is slow
}

// New starts an origin on the loopback interface. now is the time since the start of
// the run.
func New(setup plan.Setup, now func() time.Duration) (*World, error) {
	service, ok := Services[setup.Service]
	if !ok {
		return nil, fmt.Errorf("world: no service %q", setup.Service)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	w := &World{Ledger: NewLedger(setup.Files, now), service: service, host: l.Addr().String()}
	w.Origin = fetchtest.Listen(l)
	w.Origin.Resolve(w.resolve)
	w.Origin.Fault(fetchtest.Always, w.edit)
	return w, nil
}

// Close ends the origin.
func (w *World) Close() { w.Origin.Close() }

// Source returns the word that names the catalog to the mount command, at a name of this
// machine.
func (w *World) Source(name string) string {
	_, port, _ := strings.Cut(w.host, ":")
	return w.service.Source(name + ":" + port)
}

// Flags are what the mount command needs beside the source.
func (w *World) Flags() []string { return w.service.Flags() }

// resolve returns what a request is for.
func (w *World) resolve(r fetchtest.Request) (fetchtest.File, bool) {
	uri, err := url.ParseRequestURI(r.URI)
	if err != nil {
		return fetchtest.File{}, false
	}
	if p, ok := w.service.FileOf(uri); ok {
		if _, known := w.File(p); known {
			return w.audio(p, r.File)
		}
	}
	body, mediaType, ok := w.service.Respond(w.Ledger, uri)
	if !ok {
		return fetchtest.File{}, false
	}
	return fetchtest.File{Name: r.File, Content: fetchtest.Bytes(body), Type: mediaType, NoRanges: true}, true
}

// audio returns a file as it is now, unless it is gone.
func (w *World) audio(p, name string) (fetchtest.File, bool) {
	if _, now := w.Served(p, w.now(), w.now()); !now {
		return fetchtest.File{}, false
	}
	f, _ := w.File(p)
	v := w.Newest(p)
	out := fetchtest.File{
		Name: name, Content: content(v), Type: mediaType(p),
		ETag: etag(f, v), NoRanges: f.NoRanges, NoLength: f.NoLength,
	}
	if f.Validators != "none" && f.Validators != "strong-alone" {
		out.Modified = v.Modified
	}
	return out, true
}

func mediaType(p string) string {
	return map[string]string{".mp3": "audio/mpeg", ".flac": "audio/flac", ".ogg": "audio/ogg", ".m4a": "audio/mp4"}[path.Ext(p)]
}

// PathOfRequest returns the path in the ledger of the file that a request was for,
// or false if it was for something else.
func (w *World) PathOfRequest(r fetchtest.Request) (string, bool) {
	uri, err := url.ParseRequestURI(r.URI)
	if err != nil {
		return "", false
	}
	return w.service.FileOf(uri)
}

// Publish has the origin serve a new version of a file from now on.
func (w *World) Publish(p string, size int64) { w.publish(p, size) }

// SetListed says whether listings have a file.
func (w *World) SetListed(p string, present bool) { w.setPresence(p, listed, present) }

// SetServed says whether the server sends a file.
func (w *World) SetServed(p string, present bool) { w.setPresence(p, served, present) }

// SetBrisk says whether slow files are as fast as others for a while.
func (w *World) SetBrisk(brisk bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.brisk = brisk
}

// rate returns how fast a file is sent, in bytes a second; 0 is as fast as may be.
func (w *World) rate(p string) int64 {
	f, known := w.File(p)
	w.mu.Lock()
	defer w.mu.Unlock()
	if !known || w.brisk {
		return 0
	}
	return f.Rate
}

// below returns the path below the base that an address has.
func below(uri *url.URL) (string, bool) {
	rest, ok := strings.CutPrefix(uri.Path, "/"+Base+"/")
	return rest, ok
}

// RequestTimes returns when requests for a file arrived, since the start of the run, that
// call the origin by a name.
func (w *World) RequestTimes(p, name string) []time.Duration {
	var all []time.Duration
	for _, r := range w.Origin.Requests() {
		if of, ok := w.PathOfRequest(r); ok && of == p && strings.HasPrefix(r.Host, name+":") {
			all = append(all, w.now()-time.Since(r.Time))
		}
	}
	return all
}
