package fetch

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// operations are what a model does, the likelier the more often they stand here.
func (m *model) operations() []func() {
	read, later := m.opRead, m.opReadLater
	return []func(){read, read, read, read, read, read, read, later, later, later, m.opOpen, m.opOpen, m.opClose,
		m.opControl, m.opControl, m.opFault, m.opFault, m.opHeal, m.opReplace, m.opWait, m.opWait, m.opWait,
		m.opReopen, m.opKill, m.opSize, m.opLink, m.opExpire}
}

func (m *model) opOpen() {
	if len(m.handles) < 12 {
		key := m.key()
		h := &handle{Reader: m.download(key).NewReader(), maybe: slices.Clone(m.versions[key])}
		h.ctx, h.leave = context.WithCancel(context.Background())
		m.handles = append(m.handles, h)
		m.note("open %s", key)
	}
}

// idle returns a handle and whether there is one.
func (m *model) handle() (*handle, bool) {
	if len(m.handles) == 0 {
		m.opOpen()
	}
	return m.handles[m.rand.IntN(len(m.handles))], true
}

func (m *model) opClose() {
	if len(m.handles) == 0 {
		return
	}
	i := m.rand.IntN(len(m.handles))
	h := m.handles[i]
	m.handles = slices.Delete(m.handles, i, i+1)
	h.leave()
	h.reads.Wait()
	_ = h.Close()
	m.note("close %s", h.d.key)
}

// span is where to read: anywhere, at the end, or where a player would.
func (m *model) span(h *handle) (off, n int64) {
	size := m.origin.Content(h.d.key).Size()
	n = 1 + m.rand.Int64N(1<<m.rand.IntN(20))
	h.d.mu.Lock()
	next := h.window.next
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
func (m *model) opRead() {
	h, _ := m.handle()
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
		return
	}
	m.readOnce(ctx, h, off, n)
}

// opReadLater lets a read wait while other things happen.
func (m *model) opReadLater() {
	h, _ := m.handle()
	off, n := m.span(h)
	m.note("read later %s(%d, %d)", h.d.key, off, n)
	h.reads.Add(1)
	m.reads.Go(func() {
		defer h.reads.Done()
		m.readOnce(h.ctx, h, off, n)
	})
}

func (m *model) opControl() {
	key, c := m.key(), Command(m.rand.IntN(int(Evict)+1))
	if c == Pause && m.chance(2) {
		c = Resume
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	err := m.download(key).Control(ctx, c)
	m.note("%v %s: %v", c, key, err)
	if ctx.Err() != nil {
		m.t.Errorf("%v of %s hangs", c, key)
	}
	if s := m.download(key).Status(); err == nil && c == Pause && s.State == Paused && len(m.download(key).flightsNow()) > 0 {
		m.t.Errorf("transfers of %s after Pause", key)
	}
}

func (m *model) opSize() {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	key := m.key()
	size, err := m.download(key).Size(ctx)
	m.note("size %s: %d, %v", key, size, err)
	if ctx.Err() != nil {
		m.t.Errorf("Size of %s hangs", key)
	}
	known := slices.ContainsFunc(m.versions[key], func(c fetchtest.Content) bool { return c.Size() == size })
	if err == nil && !known {
		m.t.Errorf("%s has %d bytes", key, size)
	}
}

func (m *model) opWait() {
	time.Sleep(time.Duration(m.rand.IntN(1<<m.rand.IntN(14))) * time.Millisecond)
}

func (m *model) opHeal() { m.origin.Heal() }

func (m *model) opExpire() { m.origin.Expire([]int{401, 403, 410}[m.rand.IntN(3)]) }

func (m *model) opLink() {
	l := fetchtest.Link{RTT: time.Duration(m.rand.IntN(200)) * time.Millisecond, ConnRate: m.rand.Int64N(4 * mb), TotalRate: m.rand.Int64N(8 * mb)}
	if m.chance(2) {
		l = fetchtest.Link{}
	}
	l.Down = m.chance(8)
	m.origin.SetLink(l)
	m.note("link %+v", l)
}

func (m *model) opReplace() { m.replace(m.key()) }

// replace gives a file another version: any size, perhaps one that begins as
// the last one, and any kind of validators.
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
	if m.chance(4) {
		f.Modified = time.Now()
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
	m.note("replace %s: %+v of %d bytes", key, f, size)
}

// joined is one content up to at, and another from there on.
type joined struct {
	first, second fetchtest.Content
	at            int64
}

func (j joined) Size() int64 { return j.second.Size() }

func (j joined) ReadAt(p []byte, off int64) (int, error) {
	n, err := j.second.ReadAt(p, off)
	if off < j.at && n > 0 {
		if _, err := j.first.ReadAt(p[:min(int64(n), j.at-off)], off); err != nil && err != io.EOF {
			return 0, err
		}
	}
	return n, err
}

func (m *model) opReopen() {
	if m.chance(2) {
		return
	}
	m.note("reopen")
	m.leaveAll()
	m.reopen()
}

// leaveAll ends every read and handle, as an unmount does.
func (m *model) leaveAll() {
	m.Interrupt()
	m.reads.Wait()
	for _, h := range m.handles {
		h.leave()
		_ = h.Close()
	}
	m.handles = nil
}

// opKill goes on from what is on disk in the middle of everything.
func (m *model) opKill() {
	if m.chance(2) {
		return
	}
	dir := m.t.TempDir()
	m.note("kill")
	m.snapshot(dir)
	m.leaveAll()
	m.close()
	m.dir = dir
	m.open()
}

// snapshot copies the store's folder as a kill at one moment would leave it:
// an entry whose record changes meanwhile is copied again.
func (m *model) snapshot(to string) {
	for _, key := range m.keys {
		p, q := placeOf(m.dir, nameOf(key)), placeOf(to, nameOf(key))
		for _, path := range []string{q.record, q.active} {
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				m.t.Fatal(err)
			}
		}
		for {
			before, _ := os.Stat(p.record)
			copyFile(p.record, q.record)
			inode, _ := os.Stat(p.data)
			copyFile(p.data, q.data)
			copyFile(p.active, q.active)
			after, _ := os.Stat(p.record)
			same, _ := os.Stat(p.data)
			if sameFile(before, after) && sameFile(inode, same) {
				break
			}
		}
	}
}

func sameFile(a, b os.FileInfo) bool {
	return a == nil && b == nil || a != nil && b != nil && os.SameFile(a, b)
}

// copyFile makes to what from is, or makes sure that it is not there.
func copyFile(from, to string) {
	b, err := os.ReadFile(from)
	if err != nil {
		_ = os.Remove(to)
		return
	}
	_ = os.WriteFile(to, b, 0o600)
}
