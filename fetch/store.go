package fetch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"weak"

	"golang.org/x/time/rate"

	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/origin"
	"github.com/tunesfs/tunesfs/fetch/internal/slots"
	"github.com/tunesfs/tunesfs/fetch/internal/traffic"
)

const (
	totalConnections = 64
	flushesAtOnce    = 4
	minChunk         = 4 << 10
	complaintsAtOnce = 8
)

// A Store is a folder of downloads, and all that they share: connections, the
// lock on the folder, the goroutines that work for them.
type Store struct {
	opt       Options
	log       *slog.Logger
	cache     *diskcache.Dir
	limits    slots.Limiter
	origin    *origin.Client
	pace      slots.Pace
	traffic   traffic.Traffic // of readers and downloads
	silence   silence
	rate      *rate.Limiter // nil without a limit
	chunk     int64         // how much is read of a body at once
	changes   changes
	recordLog logLimit
	sizes     sizeGuard
	flushes   chan struct{} // holds one element for each record being written
	revisions atomic.Uint64

	complaints *rate.Limiter // of what is wrong with single files, in the log

	ctx         context.Context // ends when the store closes
	cancel      context.CancelCauseFunc
	interrupted context.Context // ends at Interrupt
	interrupt   context.CancelFunc
	wg          sync.WaitGroup

	mu        sync.Mutex
	closed    bool
	downloads map[string]weak.Pointer[Download] // by name: every download that someone still uses
	active    map[string]*Download              // by key: keeps those alive that are neither idle nor complete
	failed    [maxFailed]*Download              // keeps the last that failed alive, and so why
	failures  int                               // counts them
}

// maxFailed is how many idle downloads are kept for the reason why they failed.
const maxFailed = 256

// setFailed keeps d alive until as many others have failed.
func (s *Store) setFailed(d *Download) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.failed[:], d) {
		s.failed[s.failures%maxFailed] = d
		s.failures++
	}
}

// Open opens the store in dir, makes it if it is not there, and goes on with
// the downloads that were under way when it was last closed, or when the
// process or the machine died. It fails with ErrLocked while another process
// has it open. No more is read than those downloads need.
func Open(dir string, opt Options) (*Store, error) {
	s, err := openStore(dir, opt)
	if err != nil {
		return nil, err
	}
	if err := s.cache.EndSession(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.goOn(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if opt.MaxBytes > 0 || opt.MinFree > 0 {
		s.spawn(func() { s.cache.Scan(s.ctx) })
	}
	return s, nil
}

// openStore opens the folder, and reads nothing in it.
func openStore(dir string, opt Options) (*Store, error) {
	opt = opt.withDefaults()
	s := &Store{opt: opt, log: opt.Logger,
		limits:    slots.Limiter{PerHost: opt.Connections, Total: max(totalConnections, opt.Connections)},
		flushes:   make(chan struct{}, flushesAtOnce),
		downloads: make(map[string]weak.Pointer[Download]),
		active:    make(map[string]*Download),

		complaints: rate.NewLimiter(rate.Every(time.Minute), complaintsAtOnce),
	}
	if err := s.openCache(dir); err != nil {
		return nil, err
	}
	if s.chunk = chunkLen; opt.LimitRate > 0 {
		s.chunk = min(max(opt.LimitRate/10, minChunk), chunkLen) // small enough never to look like a stall
		s.rate = rate.NewLimiter(rate.Limit(opt.LimitRate), int(s.chunk))
	}
	s.origin = origin.NewClient(origin.Options{Transport: opt.Transport, Dial: opt.Dial, Proxy: opt.Proxy,
		Connections: opt.Connections, UserAgent: opt.UserAgent, Logger: opt.Logger, Refuse: opt.Refuse, Spawn: s.spawn})
	s.ctx, s.cancel = context.WithCancelCause(context.Background())
	s.interrupted, s.interrupt = context.WithCancel(context.Background())
	s.changes.init()
	s.spawn(func() { s.changes.deliver(s.ctx, opt.Changed) })
	return s, nil
}

// goOn loads the downloads that are marked as active and sets those under way
// that are not paused.
func (s *Store) goOn() error {
	return s.cache.EachActive(func(p diskcache.Place, r diskcache.Record, err error) {
		if err != nil {
			s.log.Warn("cannot go on with a download", "record", p.RecordPath(), "err", err)
			return
		}
		d := s.Download(Remote{Key: r.Key, Size: -1, Digest: r.Digest})
		d.mu.Lock()
		defer d.mu.Unlock()
		d.scheduleLocked()
	})
}

// Download returns the download of a remote file: the same one for the same
// Key as long as anyone uses it. It asks the network nothing; what r says is
// used where nothing better is known.
func (s *Store) Download(r Remote) *Download {
	s.mu.Lock()
	name := diskcache.NameOf(r.Key)
	d := s.downloads[name].Value()
	if d == nil {
		d = newDownload(s, r.Key, s.cache.Entry(name))
		s.downloads[name] = weak.Make(d)
		s.sweepLocked()
	}
	s.mu.Unlock()
	d.loading.Do(d.load)
	d.hint(r)
	return d
}

// Update takes over what a listing says of a file, if anyone uses its download. It
// reports whether a path should open something else by that: see Status.Revision.
func (s *Store) Update(r Remote) (changed bool) {
	d := s.loaded(diskcache.NameOf(r.Key))
	if d == nil {
		return false
	}
	d.loading.Do(d.load)
	return d.hint(r)
}

// sweepLocked forgets downloads that nobody uses, once they may be half of the map.
func (s *Store) sweepLocked() {
	if n := len(s.downloads); n < 1024 || n&(n-1) != 0 {
		return
	}
	for name, p := range s.downloads {
		if p.Value() == nil {
			delete(s.downloads, name)
		}
	}
}

// Active returns the downloads that are queued, under way, paused or failed,
// sorted by key.
func (s *Store) Active() []*Download {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]*Download, 0, len(s.active))
	for _, d := range s.active {
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b *Download) int { return strings.Compare(a.key, b.key) })
	return list
}

// setActive keeps d alive, or no longer.
func (s *Store) setActive(d *Download, active bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if active {
		s.active[d.key] = d
	} else {
		delete(s.active, d.key)
	}
}

// spawn runs work in a goroutine that Close waits for, and reports whether it
// did: after Close there is no more work.
func (s *Store) spawn(work func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.wg.Go(work)
	return true
}

// enter has Close wait for work done by the caller, until s.wg.Done, and reports
// whether it does: after Close there is no more work.
func (s *Store) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.wg.Add(1)
	}
	return !s.closed
}

// Interrupt makes every read that waits or would wait fail with ErrClosed. It is
// the first step of an unmount that must not hang on its readers.
func (s *Store) Interrupt() {
	s.interrupt()
}

// recordAll records what transfers brought in their last moments.
func (s *Store) recordAll() error {
	s.cache.TryAgain()
	var errs []error
	used := s.used()
	due := lastUsed(used)
	for _, d := range used {
		if d.recorder.isDirty() || due[d] {
			errs = append(errs, d.recorder.persist())
		}
		d.mu.Lock()
		d.recorder.dirty, d.recorder.ended = false, true // what could not be recorded by now never will be
		d.recorder.restLocked()
		d.mu.Unlock()
	}
	return errors.Join(errs...)
}

// Close ends all transfers, records what is held and gives the folder free.
// Downloads that were under way go on at the next Open.
func (s *Store) Close() error {
	s.mu.Lock()
	closed := s.closed
	s.closed = true
	s.mu.Unlock()
	if closed {
		return nil
	}
	s.Interrupt()
	s.cancel(ErrClosed)
	s.wg.Wait()
	err := s.recordAll()
	s.origin.CloseIdle()
	if s.opt.Session {
		err = errors.Join(err, s.cache.EndSession())
	}
	if err = errors.Join(err, s.cache.Close()); err != nil {
		return fmt.Errorf("closing the cache: %w", err)
	}
	return nil
}

// throttle waits until n bytes may be read.
func (s *Store) throttle(ctx context.Context, n int) error {
	if s.rate == nil {
		return nil
	}
	return s.rate.WaitN(ctx, n)
}

// MaxOpen returns how many data files the store has open at once for handles on whole
// files; others are read without one, see [Reader.File].
func (s *Store) MaxOpen() int { return s.cache.MaxOpen() }

// openCache opens the store's folder.
func (s *Store) openCache(dir string) (err error) {
	s.cache, err = diskcache.Open(dir, diskcache.Options{
		MaxBytes: s.opt.MaxBytes,
		MinFree:  s.opt.MinFree,
		MaxOpen:  s.opt.maxOpen,
		Session:  s.opt.Session,
		Files:    s.opt.files,
		Logger:   s.log,
		InUse:    func(name string) bool { return s.loaded(name) != nil },
		Evict:    s.evict,
		Loaded:   s.loadedEntry,
		Lost:     func() { s.spawn(s.forgetLost) },
	})
	return err
}
