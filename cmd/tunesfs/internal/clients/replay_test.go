//go:build linux

package clients

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/layout"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// TestReplay has the reads of real programs be read again from a store, as it is now, over
// the link over which they were recorded. It learns the parts of each file from the bytes
// that came.
func TestReplay(t *testing.T) {
	left, err := filepath.Glob(filepath.Join(traces, "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range programs {
		p := &programs[i]
		path := filepath.Join(traces, tracesOf(p))
		if left = slices.DeleteFunc(left, func(s string) bool { return s == path }); !exists(path) {
			t.Errorf("%s was not recorded", p.name)
			continue
		}
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			handles, err := readTraces(path)
			if err != nil {
				t.Fatal(err)
			}
			res := replay(t, handles)
			t.Log(res.row(p))
			res.judge(t, p, 3*soon) // two files share the link, and no two runs have one order
		})
	}
	if len(left) > 0 {
		t.Errorf("no program is recorded in %q", left)
	}
}

// A replayer reads as the programs did that were recorded.
type replayer struct {
	t      *testing.T
	store  *fetch.Store
	origin *fetchtest.Origin

	mu     sync.Mutex
	wished map[string]time.Time // when each file was first wanted whole; guarded by mu
	ahead  map[string]bool      // files that were complete without that; guarded by mu
}

// replay has a store serve the reads of handles.
func replay(t *testing.T, recorded []*handle) (res result) {
	synctest.Test(t, func(t *testing.T) {
		r := newReplayer(t, recorded)
		res.handles = r.run(recorded)
		ctx, cancel := context.WithTimeout(t.Context(), settles)
		defer cancel()
		_ = r.origin.WaitIdle(ctx) // else a download goes on, which is counted
		sizes := r.sizes(recorded)
		sets := wanted(res.handles, sizes)
		res.files = opened(res.handles)
		for name, size := range sizes {
			res.needed += sets[name].Len()
			res.moved += r.origin.SentOf(name)
			if r.download(name).Status().State != fetch.Idle && sets[name].Len() < size {
				res.left++
			}
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		res.ahead = len(r.ahead)
		res.timeWishes(t, r.wished, r.structure)
	})
	return res
}

func newReplayer(t *testing.T, recorded []*handle) *replayer {
	r := &replayer{t: t, wished: map[string]time.Time{}, ahead: map[string]bool{}, origin: fetchtest.NewLocal(t, "origin.test")}
	for name, size := range r.sizes(recorded) {
		s, err := readSkeleton(filepath.Ext(name), size)
		if err != nil {
			t.Fatal(err)
		}
		r.origin.Put(fetchtest.File{Name: name, Content: s})
	}
	r.origin.SetLink(fetchtest.Link{RTT: recordedRTT, TotalRate: recordedRate})
	var err error
	r.store, err = fetch.Open(t.TempDir(), fetch.Options{Transport: r.origin.Transport(), Layout: layout.Of, Changed: r.changed,
		Logger: slog.New(slog.DiscardHandler), Locate: r.locate})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// The link over which programs are recorded.
const (
	recordedRate = 200_000
	recordedRTT  = 100 * time.Millisecond
)

// sizes returns the size of each file that was opened.
func (*replayer) sizes(recorded []*handle) map[string]int64 {
	sizes := map[string]int64{}
	for _, h := range recorded {
		var size int64
		if _, err := fmt.Sscan(strings.TrimSuffix(h.name, filepath.Ext(h.name)), &size); err == nil {
			sizes[h.name] = size
		}
	}
	return sizes
}

func (r *replayer) locate(_ context.Context, key string) (fetch.Location, error) {
	return fetch.Location{URL: r.origin.URL(key)}, nil
}

// changed learns of each state of a download.
func (r *replayer) changed(now fetch.Status, was fetch.State) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch _, ok := r.wished[now.Key]; {
	case now.State == was || now.State == fetch.Idle || ok:
	case now.State == fetch.Complete:
		r.ahead[now.Key] = true
	default:
		r.wished[now.Key] = time.Now()
	}
}

func (r *replayer) download(name string) *fetch.Download {
	size := r.origin.Content(name).Size()
	return r.store.Download(fetch.Remote{Key: name, Location: fetch.Location{URL: r.origin.URL(name)}, Size: size})
}

// structure is that of a whole file.
func (r *replayer) structure(name string) ranges.Set {
	content := r.origin.Content(name)
	return structureOf(content, content.Size())
}

// A step is something that a program did, and the steps that had ended before it began.
type step struct {
	began, ended time.Duration // as recorded
	done         chan struct{} // closed when it has ended
}

// after waits for the last step that had ended before a time, and then for as long as
// that was after it.
func after(steps []*step, at time.Duration) {
	var last *step
	for _, s := range steps {
		if s.ended <= at && (last == nil || s.ended > last.ended) {
			last = s
		}
	}
	if last == nil {
		time.Sleep(at)
		return
	}
	<-last.done
	time.Sleep(at - last.ended)
}

// run opens, reads and closes as was recorded: each waits for what had ended before it
// began, and for as long as the program did then. It returns the handles as they are now.
func (r *replayer) run(recorded []*handle) (now []*handle) {
	var wg sync.WaitGroup
	var steps []*step
	for _, h := range recorded {
		at := h.opened.Sub(time.Time{})
		s := &step{began: at, ended: at + h.closed, done: make(chan struct{})}
		before := slices.Clone(steps)
		steps = append(steps, s)
		played := &handle{name: h.name}
		now = append(now, played)
		wg.Go(func() {
			defer close(s.done)
			after(before, at)
			r.play(h, played)
		})
	}
	wg.Wait()
	return now
}

// play opens a file, reads as was recorded and closes it.
func (r *replayer) play(h, played *handle) {
	reader := r.download(h.name).NewReader()
	defer func() { _ = reader.Close() }()
	played.opened, played.reads = time.Now(), make([]read, len(h.reads))
	var wg sync.WaitGroup
	var steps []*step
	for i, one := range h.reads {
		s := &step{began: one.began, ended: one.began + one.took, done: make(chan struct{})}
		before := slices.Clone(steps[max(len(steps)-atOnce, 0):])
		steps = append(steps, s)
		wg.Go(func() {
			defer close(s.done)
			after(before, one.began)
			played.reads[i] = r.read(reader, h.name, one, played.opened)
		})
	}
	wg.Wait()
	after(steps[max(len(steps)-atOnce, 0):], h.closed)
}

// atOnce is more reads than any program has under way at once.
const atOnce = 64

// read reads as was recorded. A read that was interrupted is interrupted.
func (r *replayer) read(reader *fetch.Reader, name string, one read, opened time.Time) read {
	ctx := r.t.Context()
	if left := r.origin.Content(name).Size() - one.off; one.got < min(one.asked, left) {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, one.took)
		defer cancel()
	}
	began := time.Now()
	n, _ := reader.ReadAt(ctx, make([]byte, one.asked), one.off) // a read that is interrupted fails
	return read{began.Sub(opened), time.Since(began), one.off, one.asked, int64(n)}
}
