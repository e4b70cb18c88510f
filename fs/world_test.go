package fs

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"go.uber.org/goleak"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/cached"
	"github.com/tunesfs/tunesfs/catalog/index"
	"github.com/tunesfs/tunesfs/catalog/itunes"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fs/internal/listing"
	"github.com/tunesfs/tunesfs/fs/internal/shares"
)

// No test touches its own mount: that can deadlock a Go process. Other
// processes do: the system's tools, or this binary as a client.
func TestMain(m *testing.M) {
	if name := os.Getenv(clientEnv); name != "" {
		os.Exit(runClient(name, os.Args[1:]))
	}
	goleak.VerifyTestMain(m)
}

var _ Library = (*cached.Source)(nil)

// testTimeout bounds every wait of a test; none should come near it.
const testTimeout = 2 * time.Minute

// A world is a mount, and the network on its other side.
type world struct {
	t             *testing.T
	service       *service
	origin        *fetchtest.Origin
	cfg           Config
	opt           fetch.Options
	mnt           string         // where it is mounted
	tmp           string         // for the scripts
	cache         string         // the store's folder
	sourceTimeout time.Duration  // how long the catalog may take to answer; 0 is the default
	index         bool           // the catalog is the origin's own folders
	shelf         *shelf         // the catalog, if not nil
	folders       catalog.Source // the catalog, if not nil
	maxViews      int            // bounds the views in memory, in bytes; 0 is the default
	maxFolders    int            // how many folders are remembered beside those in use; 0 is the default
	maxMemory     int            // how many bytes open handles may keep, of which others have shares; 0 is the default
	oldKernel     bool           // the kernel forgets no nodes by number
	patient       bool           // a name in a folder that is not listed is waited for without end
	topLate       bool           // and one in the root, too
	cable         cable          // to the catalog and to the files

	mu      sync.Mutex
	changed chan struct{}            // closed and replaced when a download has changed
	states  map[string][]fetch.State // by id, since the last mount

	fs      *FS
	store   *fetch.Store
	library *cached.Source
	client  *http.Client
}

// newWorld returns a world in which "abba" finds three songs of size bytes. It
// is not mounted yet.
func newWorld(t *testing.T, size int64) *world {
	t.Helper()
	needFUSE(t)
	w := &world{t: t, service: newService(t), origin: fetchtest.New(t), tmp: t.TempDir(), mnt: filepath.Join(t.TempDir(), "music")}
	home := t.TempDir()
	w.cfg = Config{
		Catalog: "test", Source: "itunes:test", StateDir: filepath.Join(home, "state"), CacheDir: filepath.Join(home, "cache"),
		UID: uint32(os.Getuid()), GID: uint32(os.Getgid()), Logger: slog.New(slog.NewTextHandler(testLog{t}, nil)),
	}
	w.cache, w.opt.Logger = w.cfg.CacheDir, w.cfg.Logger
	for i, title := range []string{"Waterloo", "Dancing Queen", "SOS"} {
		w.addFile(fetchtest.File{Name: title + ".m4a", Content: fetchtest.Random(uint64(i), size)})
	}
	w.service.respond("abba", w.song(1, "Waterloo"), w.song(2, "Dancing Queen"), w.song(3, "SOS"))
	if err := os.Mkdir(w.mnt, 0o755); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) addFile(f fetchtest.File) { w.origin.Put(f) }

// song returns a row for a file of the origin.
func (w *world) song(id int, title string) song {
	return song{TrackID: id, Artist: "ABBA", Title: title, URL: w.origin.URL(title + ".m4a"),
		Released: "1974-03-04T12:00:00Z", Millis: 30000, Store: "https://music.example/" + fmt.Sprint(id),
		Album: "Waterloo", AlbumArtist: "Various Artists", Genre: "Pop", Number: 7, Disc: 1}
}

// mounted returns the world of newWorld, mounted until the end of the test.
func mounted(t *testing.T, size int64) *world {
	t.Helper()
	w := newWorld(t, size)
	w.mount()
	return w
}

func (w *world) mount() {
	w.t.Helper()
	w.client = &http.Client{Transport: &http.Transport{DialContext: w.cable.dial}}
	if w.opt.Dial == nil {
		w.opt.Dial = w.cable.dial
	}
	source := w.source()
	var err error
	w.library = cached.New(source, cached.Options{Dir: filepath.Join(w.cfg.StateDir, "listings"), Timeout: w.sourceTimeout, Logger: w.cfg.Logger})
	cfg := w.cfg
	if cfg.Library == nil { // else the test has its own
		cfg.Library = w.library
	}
	w.fs, err = New(cfg)
	w.must(err)
	if w.oldKernel {
		w.fs.prunes = false
	}
	if w.maxFolders > 0 {
		w.fs.tree.maxFolders, w.fs.tree.maxNodes = w.maxFolders, w.maxFolders*folderNodes
	}
	if w.maxMemory > 0 {
		w.fs.memory = shares.New[gofs.FileHandle](w.maxMemory)
	}
	if w.maxViews > 0 {
		w.fs.views = listing.NewViews(w.fs.life, w.maxViews, w.fs.busyViews)
	}
	if w.patient {
		w.fs.firstListing = time.Hour
	}
	if w.topLate {
		w.fs.topListing = time.Hour
	}
	show := w.fs
	w.changed, w.states = make(chan struct{}), map[string][]fetch.State{}
	w.opt.Changed = func(now fetch.Status, was fetch.State) {
		show.Changed(now, was)
		w.mu.Lock()
		defer w.mu.Unlock()
		close(w.changed)
		w.changed = make(chan struct{})
		w.states[now.Key] = append(w.states[now.Key], now.State)
	}
	w.opt.Locate = func(ctx context.Context, key string) (fetch.Location, error) {
		at, err := w.library.Locate(ctx, key)
		return fetch.Location{URL: at.URL, Header: at.Header}, err
	}
	w.opt.Recall = w.library.Recall
	w.store, err = fetch.Open(w.cache, w.opt)
	w.must(err)
	w.must(w.fs.Mount(w.mnt, w.store))
	w.t.Cleanup(w.unmount)
}

func (w *world) source() (source catalog.Source) {
	w.t.Helper()
	var err error
	if w.folders != nil {
		return w.folders
	}
	if w.shelf != nil {
		source, err = index.New(index.Options{Base: w.shelf.URL, Env: catalog.Env{Client: w.client, Logger: w.cfg.Logger}})
	} else if w.index {
		source, err = index.New(index.Options{Base: w.origin.URL(""), Env: catalog.Env{Client: w.client, Logger: w.cfg.Logger}})
	} else {
		source, err = itunes.New(itunes.Options{Base: w.service.URL, Env: catalog.Env{Client: w.client, Logger: w.cfg.Logger}})
	}
	w.must(err)
	return source
}

// unmount ends the mount and all that belongs to it. It may be called again.
func (w *world) unmount() {
	w.t.Helper()
	if w.fs == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), testTimeout)
	defer cancel()
	if err := w.fs.Unmount(ctx); err != nil {
		w.t.Errorf("unmount: %v", err)
	}
	w.fs.Wait()
	w.fs = nil
	w.must(w.store.Close())
	w.must(w.library.Close())
	w.client.CloseIdleConnections()
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) ctx() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), testTimeout)
	w.t.Cleanup(cancel)
	return ctx
}

// abba makes the search for abba and waits until it is listed.
func (w *world) abba() { w.t.Helper(); w.sh(`mkdir "$A" && ls "$A" >/dev/null`) }

// A cable leads to the network. No new connection is made once it is cut.
type cable struct{ cut atomic.Pointer[syscall.Errno] }

func (c *cable) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if errno := c.cut.Load(); errno != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: os.NewSyscallError("connect", *errno)}
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

// cutOff makes every connection fail, those that are there too; 0 mends that.
func (w *world) cutOff(errno syscall.Errno) {
	w.cable.cut.Store(&errno)
	if errno == 0 {
		w.cable.cut.Store(nil)
	}
	w.origin.Drop()
	if w.client != nil {
		w.client.CloseIdleConnections()
	}
}

// status returns where a song's download stands.
func (w *world) status(id int) fetch.Status { return w.statusOf(fmt.Sprint(id)) }

// statusOf returns where the download of a key stands.
func (w *world) statusOf(key string) fetch.Status {
	return w.store.Download(fetch.Remote{Key: key, Size: -1}).Status()
}

// await waits until a song's download is in a state.
func (w *world) await(id int, want fetch.State) {
	w.t.Helper()
	w.awaitKey(fmt.Sprint(id), want)
}

// awaitKey waits until the download of a key is in a state.
func (w *world) awaitKey(key string, want fetch.State) {
	w.t.Helper()
	ctx := w.ctx()
	for {
		w.mu.Lock()
		changed := w.changed
		w.mu.Unlock()
		st := w.statusOf(key)
		if st.State == want {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			w.t.Fatalf("%s stays %v: %v", key, st.State, st.Err)
		}
	}
}

// testLog shows what was logged with the test that it belongs to.
type testLog struct{ t *testing.T }

func (l testLog) Write(line []byte) (int, error) {
	l.t.Log(strings.TrimSpace(string(line)))
	return len(line), nil
}
