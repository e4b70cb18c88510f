//go:build linux

package peers

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/rpc"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// originEnv makes the test's binary the origin's process: with the value secure
// one whose files come over TLS.
const (
	originEnv = "TUNESFS_PEERS_ORIGIN"
	secure    = "secure"
)

// An Album is files of one size that belong together: a search of the
// catalog, and a folder of the origin for those who know folders.
type Album struct {
	Name  string
	Count int
	Size  int64
}

// file is the path of file i at the origin, from 0.
func (a Album) file(i int) string { return fmt.Sprintf("%s/%03d.m4a", a.Name, i) }

func (a Album) content(i int) fetchtest.Content { return fetchtest.Random(uint64(i), a.Size) }

// page is a folder as a page of nginx, which is where rclone and HTTPDirFS look.
// Only those who read such pages closely learn sizes from it.
func page(names []string, size string) fetchtest.Content {
	var text strings.Builder
	text.WriteString("<html>\n<head><title>Index of /</title></head>\n<body>\n<h1>Index of /</h1><hr><pre><a href=\"../\">../</a>\n")
	for _, name := range names {
		fmt.Fprintf(&text, "<a href=%q>%s</a> 31-Dec-1999 12:00 %19s\n", name, name, size)
	}
	text.WriteString("</pre><hr></body>\n</html>\n")
	return fetchtest.Bytes([]byte(text.String()))
}

// Addresses are where the origin's process listens.
type Addresses struct {
	Files       string // URL of the folder of all files, with its slash
	Catalog     string // host and port
	Certificate []byte // of Files, in PEM
}

// Ask is what the origin's process is told over its standard input.
type Ask struct {
	origin  *fetchtest.Origin
	large   func() fetchtest.Content // of the first file of an album so large
	catalog *catalog
	at      Addresses
}

// Where tells the addresses.
func (a *Ask) Where(_ struct{}, at *Addresses) error {
	*at = a.at
	return nil
}

// Publish adds an album.
func (a *Ask) Publish(album Album, _ *struct{}) error {
	var names []string
	for i := range album.Count {
		content := album.content(i)
		if i == 0 && album.Size == large {
			content = a.large()
		}
		a.origin.Put(fetchtest.File{Name: album.file(i), Content: content, Type: "audio/mp4"})
		names = append(names, path.Base(album.file(i)))
	}
	for _, name := range []string{album.Name, album.Name + "/"} { // HTTPDirFS asks without the slash
		a.origin.Put(fetchtest.File{Name: name, Content: page(names, strconv.FormatInt(album.Size, 10)), Type: "text/html"})
	}
	a.origin.Put(fetchtest.File{Content: page(a.catalog.add(album), "-"), Type: "text/html"})
	return nil
}

// Link sets what lies between the origin and its clients.
func (a *Ask) Link(link fetchtest.Link, _ *struct{}) error {
	a.origin.SetLink(link)
	return nil
}

// Stats tells the counters once nothing is being sent any more.
func (a *Ask) Stats(idle bool, stats *fetchtest.Stats) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if idle {
		if err := a.origin.WaitIdle(ctx); err != nil {
			return err
		}
	}
	*stats = a.origin.Stats()
	return nil
}

// AwaitSent returns once so many bytes were sent since Forget.
func (a *Ask) AwaitSent(n int64, _ *struct{}) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return a.origin.WaitSent(ctx, n)
}

// Requests tells what was asked for since Forget.
func (a *Ask) Requests(_ struct{}, log *[]fetchtest.Request) error {
	*log = a.origin.Requests()
	return nil
}

// Forget begins the log and the counters of requests and bytes anew.
func (a *Ask) Forget(_ struct{}, _ *struct{}) error {
	a.origin.Forget()
	return nil
}

// catalog answers like iTunes Search: a term is an album's name.
type catalog struct {
	files string // URL, with its slash

	mu     sync.Mutex // guards albums
	albums map[string]Album
}

// add adds an album and returns the folders of all.
func (c *catalog) add(a Album) (folders []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.albums[a.Name] = a
	for name := range c.albums {
		folders = append(folders, name+"/")
	}
	return folders
}

func (c *catalog) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	album := c.albums[r.FormValue("term")]
	c.mu.Unlock()
	rows := []map[string]any{}
	for i := range album.Count {
		rows = append(rows, map[string]any{
			"wrapperType": "track", "kind": "song", "trackId": trackID(album.Name, i), "artistName": album.Name,
			"trackName": fmt.Sprintf("%03d", i), "collectionName": album.Name, "trackTimeMillis": 30_000,
			"releaseDate": "1999-12-31T12:00:00Z", "previewUrl": c.files + album.file(i),
		})
	}
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	_ = json.NewEncoder(w).Encode(map[string]any{"resultCount": len(rows), "results": rows})
}

// trackID gives every file a number of its own.
func trackID(album string, i int) int64 {
	id := int64(0)
	for _, c := range []byte(album) {
		id = (id*31 + int64(c)) % 1_000_003
	}
	return id*1000 + int64(i) + 1
}

// stdio is the pipe to the parent.
type stdio struct {
	io.Reader
	io.WriteCloser
}

// serveOrigin runs until the parent closes its end of the pipe.
func serveOrigin() error {
	tb := &process{ctx: context.Background()}
	defer tb.end()
	origin := fetchtest.New
	if os.Getenv(originEnv) == secure {
		origin = fetchtest.NewTLS
	}
	return serve(tb, origin(tb))
}

func serve(tb testing.TB, origin *fetchtest.Origin) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	c := &catalog{files: origin.URL(""), albums: map[string]Album{}}
	server := &http.Server{Handler: c, ReadHeaderTimeout: time.Minute}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()

	stored := sync.OnceValue(func() fetchtest.Content { return fetchtest.Stored(tb, Album{Size: large}.content(0)) })
	remote := rpc.NewServer()
	at := Addresses{Files: origin.URL(""), Catalog: listener.Addr().String(), Certificate: fetchtest.Certificate()}
	if err := remote.Register(&Ask{origin: origin, large: stored, catalog: c, at: at}); err != nil {
		return err
	}
	remote.ServeConn(stdio{os.Stdin, os.Stdout})
	if err := cmp.Or(server.Close(), <-served); err != http.ErrServerClosed {
		return err
	}
	return nil
}

// process lets fetchtest, which is made for tests, serve a process of its own.
type process struct {
	testing.TB
	ctx  context.Context
	ends []func()
}

func (*process) Helper()                    {}
func (p *process) Context() context.Context { return p.ctx }
func (p *process) Cleanup(end func())       { p.ends = append(p.ends, end) }

func (*process) Fatalf(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(1)
}

func (p *process) TempDir() string {
	dir, err := os.MkdirTemp("", "tunesfs-origin-")
	if err != nil {
		p.Fatalf("%v", err)
	}
	p.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func (p *process) end() {
	for _, end := range p.ends {
		end()
	}
}
