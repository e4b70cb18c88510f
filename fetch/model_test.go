package fetch

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

var (
	modelSeed = flag.Uint64("model.seed", 1, "the first seed of TestModel")
	modelRuns = flag.Uint64("model.runs", 0, "how many seeds TestModel tries; 0 means as many as there is time for")
	modelOps  = flag.Int("model.ops", 500, "operations in each of them")
)

// A model is a store under random operations, and what is known of the files at
// its origin: every version that each of them ever had.
type model struct {
	*fixture
	rand     *rand.Rand
	disk     *faultyDisk
	keys     []string
	versions map[string][]fetchtest.Content
	digest   string // of the file that the server lies about
	seeds    uint64
	stores   int
	spare    []string // folders that kills have left
	handles  []*handle
	early    *Prefetch                // or nil
	later    sync.WaitGroup           // reads and commands that nobody waits for
	laters   map[string]*atomic.Int32 // how many of each key
	log      []string
}

// sworn is the key of the file whose digest is known: what is wrong about it is
// only found out once all of it is there.
const sworn = "sworn"

// modelRunsNow is how many seeds there is time for: a few hundred thousand
// operations, fewer where each takes longer.
func modelRunsNow() uint64 {
	switch {
	case *modelRuns > 0:
		return *modelRuns
	case raced:
		return 20
	case testing.Short():
		return 40
	}
	return 420
}

// TestModel drives stores at random and compares every byte that they give out:
// all that one handle reads must be of one version that the origin had. Seeds
// are fixed; what goroutines do at the same moment is not.
func TestModel(t *testing.T) {
	quiet(t)
	before := descriptors(t)
	dir := memoryDir(t)
	disks := newFaultyDisks(t, dir)
	var done counts
	runs := modelRunsNow()
	t.Run("seed", func(t *testing.T) {
		for seed := *modelSeed; seed < *modelSeed+runs; seed++ {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				disk := disks.of(seed)
				defer disks.drop(seed)
				synctest.Test(t, func(t *testing.T) { runModel(t, seed, disk, &done) })
			})
		}
	})
	if after := descriptors(t); len(after) > len(before) {
		t.Errorf("open are %q, before were %q", after, before)
	}
	done.check(t, int(runs)*(*modelOps))
}

func runModel(t *testing.T, seed uint64, disk *faultyDisk, done *counts) {
	m := &model{rand: rand.New(rand.NewPCG(seed, 0)), disk: disk, versions: map[string][]fetchtest.Content{},
		laters: map[string]*atomic.Int32{"a": {}, "b": {}, "c": {}, sworn: {}}}
	o := fetchtest.NewLocal(t, "origin.test")
	m.fixture = &fixture{t: t, origin: o, dir: m.newDir(), opt: m.options(o)}
	t.Cleanup(func() { _ = m.Close() })
	for _, key := range []string{"a", "b", "c"} {
		m.keys = append(m.keys, key)
		m.replace(key)
	}
	m.swear()
	m.open()
	m.note("MaxBytes %d", m.opt.MaxBytes)
	ops := m.operations()
	for i := 0; i < *modelOps && !t.Failed(); {
		if op := ops[m.rand.IntN(len(ops))]; op.do() {
			i++
			done.add(op.name)
			m.checkAll()
		}
	}
	if !t.Failed() {
		m.finish()
	}
	m.leaveAll()
	if t.Failed() {
		for _, line := range m.log {
			t.Log(line)
		}
	}
}

// options are those of one model; some of them are rare.
func (m *model) options(o *fetchtest.Origin) Options {
	opt := Options{files: hookedFiles, Transport: o.Transport(), Logger: slog.New(slog.DiscardHandler),
		Refuse: refuseHTML,
		Locate: func(_ context.Context, key string) (Location, error) { return Location{URL: o.URL(key)}, nil }}
	if m.chance(2) {
		opt.Locate = func(_ context.Context, key string) (Location, error) { return Location{URL: o.Sign(key)}, nil }
	}
	if m.chance(3) {
		opt.MaxBytes = 1 + m.rand.Int64N(3*mb)
	}
	if m.chance(4) {
		opt.Connections = 1 + m.rand.IntN(4)
	}
	if m.chance(2) {
		tag := 1 + m.rand.Int64N(mb)
		opt.Layout = func(string, io.ReaderAt, int64) Layout { return Layout{Structure: ranges.Set{{Start: 0, End: tag}}} }
	}
	if m.chance(6) {
		opt.LimitRate = 64_000 << m.rand.IntN(6)
	}
	opt.Session = m.chance(4)
	return opt
}

func refuseHTML(o Offer) error {
	if o.Type == "text/html" {
		return fmt.Errorf("%w: a page", ErrBadResponse)
	}
	return nil
}

// swear has the origin hold a file whose digest is known and that stays as it
// is.
func (m *model) swear() {
	c := fetchtest.Random(m.rand.Uint64(), 1+m.rand.Int64N(mb))
	m.digest = md5Of(m.t, c)
	m.keys, m.versions[sworn] = append(m.keys, sworn), []fetchtest.Content{c}
	m.origin.Put(fetchtest.File{Name: sworn, Content: c})
}

// download returns the download of a key, with what a catalog says of it. Its
// sizes are to be exact; where they are not, only a digest can tell.
func (m *model) download(key string) *Download {
	r := Remote{Key: key, Size: -1}
	if key == sworn {
		r.Digest = m.digest
		r.Size = []int64{-1, m.versions[sworn][0].Size(), m.rand.Int64N(mb)}[m.rand.IntN(3)]
	}
	return m.Download(r)
}

// newDir returns a folder for another store.
func (m *model) newDir() string {
	m.stores++
	return filepath.Join(m.disk.dir, fmt.Sprint(m.stores))
}

func (m *model) note(format string, args ...any) {
	m.log = append(m.log, fmt.Sprintf("%v ", time.Since(startOfBubbles))+fmt.Sprintf(format, args...))
}

// startOfBubbles is when the clock of a bubble starts.
var startOfBubbles = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func (m *model) key() string { return m.keys[m.rand.IntN(len(m.keys))] }

// chance reports true once in n times.
func (m *model) chance(n int) bool { return m.rand.IntN(n) == 0 }

// counts are how many operations were done, by name.
type counts struct {
	mu    sync.Mutex
	total int
	by    map[string]int
}

func (c *counts) add(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.by == nil {
		c.by = map[string]int{}
	}
	c.by[name]++
	c.total++
}

// check fails unless want operations were done, every kind among them.
func (c *counts) check(t *testing.T, want int) {
	t.Logf("%d operations: %v", c.total, c.by)
	if c.total < want && !t.Failed() {
		t.Errorf("only %d of %d operations", c.total, want)
	}
	for _, op := range (*model)(nil).operations() {
		if want > 10_000 && c.by[op.name] == 0 {
			t.Errorf("nothing of kind %s was done", op.name)
		}
	}
}
