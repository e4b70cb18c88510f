package fetch

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

var (
	modelSeed = flag.Uint64("model.seed", 1, "the first seed of TestModel")
	modelRuns = flag.Uint64("model.runs", 16, "how many seeds TestModel tries")
	modelOps  = flag.Int("model.ops", 300, "operations in each of them")
)

// A model is a store under random operations, and what is known of the files at
// its origin: every version that each of them ever had.
type model struct {
	*fixture
	rand     *rand.Rand
	keys     []string
	versions map[string][]fetchtest.Content
	seeds    uint64
	handles  []*handle
	reads    sync.WaitGroup
	log      []string
}

// A handle is a Reader and the versions that all it has given out so far may be
// of.
type handle struct {
	*Reader
	reads sync.WaitGroup
	ctx   context.Context // of the reads that wait
	leave context.CancelFunc

	mu      sync.Mutex
	maybe   []fetchtest.Content
	history []string
}

// TestModel drives a store at random and compares every byte that it gives out:
// all that one handle reads must be of one version that the origin had.
func TestModel(t *testing.T) {
	quiet(t)
	for seed := *modelSeed; seed < *modelSeed+*modelRuns; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { runModel(t, seed) })
		})
	}
}

func runModel(t *testing.T, seed uint64) {
	m := &model{rand: rand.New(rand.NewPCG(seed, 0)), versions: map[string][]fetchtest.Content{}}
	o := fetchtest.NewLocal(t, "origin.test")
	before := descriptors(t)
	m.fixture = newFixture(t, o)
	t.Cleanup(func() {
		if after := descriptors(t); len(after) > len(before) {
			t.Errorf("open are %q, before were %q", after, before)
		}
	})
	t.Cleanup(func() { _ = m.Close() })
	if seed%3 == 0 {
		m.opt.MaxBytes = 3 * mb
	}
	if seed%2 == 0 {
		m.opt.Locate = func(_ context.Context, key string) (Location, error) { return Location{URL: o.Sign(key)}, nil }
	}
	m.reopen()
	for i := range 3 {
		m.keys = append(m.keys, string(rune('a'+i)))
		m.replace(m.keys[i])
	}
	ops := m.operations()
	for range *modelOps {
		ops[m.rand.IntN(len(ops))]()
		if t.Failed() {
			break
		}
		m.checkAll()
	}
	m.finish()
	if t.Failed() {
		for _, line := range m.log {
			t.Log(line)
		}
	}
}

func (m *model) note(format string, args ...any) {
	m.log = append(m.log, fmt.Sprintf("%v ", time.Since(epochOfBubbles))+fmt.Sprintf(format, args...))
}

// epochOfBubbles is when the clock of a bubble starts.
var epochOfBubbles = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func (m *model) key() string { return m.keys[m.rand.IntN(len(m.keys))] }

// chance reports true once in n times.
func (m *model) chance(n int) bool { return m.rand.IntN(n) == 0 }

// finish takes every fault away and checks that all comes to a good end.
func (m *model) finish() {
	m.note("finish")
	m.origin.Heal()
	m.origin.SetLink(fetchtest.Link{})
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	for _, key := range m.keys {
		if err := m.download(key).Control(ctx, Resume); err != nil {
			m.t.Errorf("resuming %s: %v", key, err)
		}
	}
	began := time.Now()
	m.reads.Wait()
	if took := time.Since(began); took > 15*time.Minute {
		m.t.Errorf("reads waited %v after every fault was over", took)
	}
	for _, h := range m.handles {
		h.leave()
		_ = h.Close()
	}
	m.handles = nil
	for _, key := range m.keys {
		d := m.download(key)
		if err := d.Control(ctx, Cancel); err != nil {
			m.t.Errorf("canceling %s: %v", key, err)
		}
		if err := d.Control(ctx, Evict); err != nil {
			m.t.Errorf("evicting %s: %v", key, err)
		}
		err := m.whole(key)
		if errors.Is(err, ErrStale) {
			err = m.whole(key) // the size known until now was that of another version
		}
		if err != nil {
			m.t.Errorf("reading %s in the end: %v", key, err)
		}
	}
}

// read reads once and narrows down which version the handle reads.
func (m *model) readOnce(ctx context.Context, h *handle, off, n int64) {
	b, began := make([]byte, n), time.Now()
	got, err := h.ReadAt(ctx, b, off)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.history = append(h.history, fmt.Sprintf("%v-%v read(%d, %d) = %d, %v", began.Sub(epochOfBubbles), time.Since(epochOfBubbles), off, n, got, err))
	if errors.Is(err, context.DeadlineExceeded) && h.d.Status().State != Paused {
		m.t.Errorf("a read of %s at %d hangs: %+v", h.d.key, off, h.d.Status())
	}
	if err != nil && !errors.Is(err, io.EOF) || got == 0 {
		return // the end of a file binds to no version as long as no byte was read
	}
	h.maybe = slices.DeleteFunc(h.maybe, func(c fetchtest.Content) bool {
		end := off + int64(got)
		if errors.Is(err, io.EOF) && c.Size() != end && (got > 0 || c.Size() > off) {
			return true
		}
		return got > 0 && (end > c.Size() || fetchtest.Check(c, off, b[:got]) != nil)
	})
	if len(h.maybe) == 0 {
		m.t.Errorf("a handle on %s gave out what is of no one version; complete %v, %+v", h.d.key, h.complete != nil, h.d.Status())
		for i, c := range m.versions[h.d.key] {
			m.t.Logf("of version %d, %d bytes: %v", i, c.Size(), fetchtest.Check(c, off, b[:got]))
		}
		for _, line := range h.history {
			m.t.Log(line)
		}
	}
}

// checkAll checks what must be true of every download at any time.
func (m *model) checkAll() {
	for _, key := range m.keys {
		d := m.download(key)
		d.mu.Lock()
		if !d.have.valid(d.version.Size) {
			m.t.Errorf("%s holds %v of %+v", key, d.have, d.version)
		}
		if d.state == Complete && !d.allHeld() {
			m.t.Errorf("%s is complete with %v of %+v", key, d.have, d.version)
		}
		if (d.state == Idle || d.state == Complete) && m.isActive(d) {
			m.t.Errorf("%s is active though %v", key, d.state)
		}
		d.mu.Unlock()
	}
}

func (m *model) isActive(d *Download) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.active[d.key] != nil || m.active[d.place.name] != nil
}
