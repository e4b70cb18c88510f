package fetch

import (
	"context"
	"slices"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// An operation is something that a model does. It reports whether there was
// anything to do.
type operation struct {
	name string
	do   func() bool
}

// operations are what a model does, the likelier the more often they stand here.
func (m *model) operations() []operation {
	var all []operation
	for _, o := range []struct {
		often int
		operation
	}{
		{10, operation{"read", m.opRead}}, {4, operation{"read later", m.opReadLater}},
		{2, operation{"open", m.opOpen}}, {1, operation{"close", m.opClose}},
		{3, operation{"control", m.opControl}}, {1, operation{"control later", m.opControlLater}},
		{1, operation{"size", m.opSize}}, {1, operation{"prefetch", m.opPrefetch}}, {3, operation{"wait", m.opWait}},
		{3, operation{"fault", m.opFault}}, {1, operation{"heal", m.opHeal}}, {1, operation{"replace", m.opReplace}},
		{1, operation{"link", m.opLink}}, {1, operation{"drop connections", m.opDrop}},
		{1, operation{"expire", m.opExpire}}, {1, operation{"redirect", m.opRedirect}},
		{1, operation{"disk", m.opDisk}}, {1, operation{"lose", m.opTakeAway}},
		{1, operation{"reopen", m.opReopen}}, {1, operation{"kill", m.opKill}}, {1, operation{"revive", m.opRevive}},
	} {
		for range o.often {
			all = append(all, o.operation)
		}
	}
	return all
}

func (m *model) opOpen() bool {
	if len(m.handles) >= 12 {
		return false
	}
	key := m.key()
	h := &handle{Reader: m.download(key).NewReader(), maybe: slices.Clone(m.versions[key])}
	h.ctx, h.leave = context.WithCancel(context.Background())
	m.handles = append(m.handles, h)
	m.note("open %s", key)
	return true
}

// handle returns one that is open.
func (m *model) handle() *handle {
	if len(m.handles) == 0 {
		m.opOpen()
	}
	return m.handles[m.rand.IntN(len(m.handles))]
}

func (m *model) opClose() bool {
	if len(m.handles) == 0 {
		return false
	}
	i := m.rand.IntN(len(m.handles))
	h := m.handles[i]
	m.handles = slices.Delete(m.handles, i, i+1)
	h.leave()
	h.reads.Wait()
	_ = h.Close()
	m.note("close %s", h.d.key)
	return true
}

// span is where to read: anywhere, at the end, or where a player would.
func (m *model) span(h *handle) (off, n int64) {
	size := m.origin.Content(h.d.key).Size()
	n = 1 + m.rand.Int64N(1<<m.rand.IntN(20))
	h.d.mu.Lock()
	next := h.window.Next
	h.d.mu.Unlock()
	switch m.rand.IntN(4) {
	case 0:
		return m.rand.Int64N(size + 10), n
	case 1:
		return max(size-n/2, 0), n
	}
	return next, n
}

// opRead reads and waits for it, unless the download is paused.
func (m *model) opRead() bool {
	h := m.handle()
	off, n := m.span(h)
	limit := 20 * time.Minute
	if h.d.Status().State == Paused || m.chance(10) {
		limit = time.Duration(m.rand.IntN(1000)) * time.Millisecond
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	m.note("read %s(%d, %d)", h.d.key, off, n)
	if limit < time.Minute {
		_, _ = h.ReadAt(ctx, make([]byte, n), off) // left early: what it gets is of no interest
		return true
	}
	m.readOnce(ctx, h, off, n)
	return true
}

// opReadLater lets a read wait while other things happen.
func (m *model) opReadLater() bool {
	h := m.handle()
	off, n := m.span(h)
	m.note("read later %s(%d, %d)", h.d.key, off, n)
	h.reads.Add(1)
	m.aside(h.d.key, func() {
		defer h.reads.Done()
		m.readOnce(h.ctx, h, off, n)
	})
	return true
}

// command returns one for a file; one that stays paused is of little interest.
func (m *model) command() (key string, c Command) {
	if c = Command(m.rand.IntN(int(Evict) + 1)); c == Pause && m.chance(2) {
		c = Resume
	}
	return m.key(), c
}

func (m *model) opControl() bool {
	key, c := m.command()
	d := m.download(key)
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	before, alone := d.Status(), m.laters[key].Load() == 0
	err := d.Control(ctx, c)
	m.note("%v %s: %v", c, key, err)
	if err != nil {
		m.checkError(err)
	}
	if ctx.Err() != nil {
		m.t.Errorf("%v of %s hangs", c, key)
	}
	if c == Cancel && err == nil && before.State != Complete && alone && !m.disk.fails() {
		m.checkGone(d)
	}
	return true
}

// aside does with a file what nobody waits for.
func (m *model) aside(key string, do func()) {
	n := m.laters[key]
	n.Add(1)
	m.later.Go(func() {
		defer n.Add(-1)
		do()
	})
}

// checkGone checks that a download that was canceled by itself is not under way,
// unless a handle has begun it anew.
func (m *model) checkGone(d *Download) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.transfers)+len(d.waiters.list) == 0 && d.state != Idle && d.state != Complete {
		m.t.Errorf("%s is %v after Cancel", d.key, d.state)
	}
}

// opControlLater has a command meet others, and reads.
func (m *model) opControlLater() bool {
	key, c := m.command()
	if c == Pause {
		c = Start // nobody would know that it was paused
	}
	d := m.download(key)
	m.note("later %v %s", c, key)
	m.aside(key, func() {
		if err := d.Control(context.Background(), c); err != nil {
			m.checkError(err)
		}
	})
	return true
}

// opPrefetch has the beginning of a file be fetched for nobody, or ends that.
func (m *model) opPrefetch() bool {
	if m.early != nil && m.chance(2) {
		m.note("no more prefetch %s", m.early.r.d.key)
		m.early.Close()
		m.early = nil
		return true
	}
	if m.early == nil {
		m.early = m.download(m.key()).Prefetch(nil, time.Now())
	}
	end := m.rand.Int64N(2 * mb)
	m.note("prefetch %s up to %d", m.early.r.d.key, end)
	m.early.Want(end)
	return true
}

func (m *model) opSize() bool {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	key := m.key()
	size, err := m.download(key).Size(ctx)
	m.note("size %s: %d, %v", key, size, err)
	if err != nil {
		m.checkError(err)
	}
	if ctx.Err() != nil {
		m.t.Errorf("Size of %s hangs", key)
	}
	return true
}

func (m *model) opWait() bool {
	time.Sleep(time.Duration(m.rand.IntN(1<<m.rand.IntN(14))) * time.Millisecond)
	return true
}

func (m *model) opHeal() bool {
	m.note("heal")
	m.calm()
	return true
}

func (m *model) opReplace() bool {
	if m.chance(2) {
		return false
	}
	m.replace([]string{"a", "b", "c"}[m.rand.IntN(3)])
	return true
}

// replace gives a file another version: any size, perhaps one that begins as
// the last one, and any kind of validators. Its mirror has others.
func (m *model) replace(key string) {
	m.seeds++
	size := m.rand.Int64N(1 << (10 + m.rand.IntN(12)))
	old := m.versions[key]
	if len(old) > 0 && m.chance(2) {
		size = old[len(old)-1].Size()
	}
	c := fetchtest.Random(m.seeds, size)
	if len(old) > 0 && m.chance(3) {
		at := m.rand.Int64N(size + 1)
		c = joined{old[len(old)-1], c, min(at, old[len(old)-1].Size())}
	}
	f := fetchtest.File{Name: key, Content: c, NoETag: m.chance(3), WeakETag: m.chance(4), NoModified: m.chance(3),
		NoRanges: m.chance(8), NoLength: m.chance(6), NoIfRange: m.chance(6)}
	switch {
	case m.chance(4):
		f.Modified = time.Now()
	case m.chance(3):
		f.Modified = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC) // which proves nothing, and is that of others
	}
	m.versions[key] = append(old, c)
	for _, h := range m.handles {
		if h.d.key == key {
			h.mu.Lock()
			h.maybe = append(h.maybe, c)
			h.mu.Unlock()
		}
	}
	m.origin.Put(f)
	f.Name = "mirror of " + key
	m.origin.Put(f)
	m.note("replace %s: %+v of %d bytes", key, f, size)
}
