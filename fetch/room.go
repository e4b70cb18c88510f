package fetch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// batch is how much more than needed is dropped at once, so that a full cache
// does not look for victims at every write.
const batch = 64 << 20

// spareMost is how much may be written after the free space was asked for and
// before it is asked for again.
const spareMost = 4 << 20

// blockLen is the unit of stat(2)'s st_blocks, whatever the file system's is.
const blockLen = 512

// makeRoom sees that n more bytes may be written: within Options.MaxBytes, with
// Options.MinFree left on the disk. It drops what was used least recently,
// never what is open, under way or paused, and fails with ErrNoSpace where that
// is not enough.
func (s *Store) makeRoom(n int64) error {
	if s.lacking(n) <= 0 {
		return nil
	}
	s.making.Lock()
	defer s.making.Unlock()
	need := s.lacking(n)
	if need <= 0 {
		return nil // another has just made room
	}
	goal := need + batch
	if s.opt.MaxBytes > 0 {
		goal = need + min(batch, s.opt.MaxBytes/16)
	}
	for _, name := range s.usage.oldest() {
		if goal <= 0 {
			break
		}
		freed := s.reclaim(name)
		need, goal = need-freed, goal-freed
	}
	if need = min(need, s.lacking(n)); need > 0 { // of what went, more may have been counted than was held
		return fmt.Errorf("%w: %s more are needed", ErrNoSpace, FormatSize(need))
	}
	return nil
}

// lacking returns how many bytes must go before n may be written.
func (s *Store) lacking(n int64) int64 {
	var need int64
	if s.opt.MaxBytes > 0 {
		need = s.usage.held() + n - s.opt.MaxBytes
	}
	if s.opt.MinFree > 0 && s.spare.Add(-n) <= 0 {
		free := freeBytes(s.dir) - s.opt.MinFree - n
		s.spare.Store(min(free, spareMost))
		need = max(need, -free)
	}
	return need
}

// freeBytes returns the space left on the file system of dir; where it cannot
// be told it is not what limits.
func freeBytes(dir string) int64 {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return unbounded
	}
	return int64(st.Bavail) * int64(st.Bsize)
}

// reclaim drops the bytes of a download that nobody needs now, and returns how
// many they were.
func (s *Store) reclaim(name string) int64 {
	s.mu.Lock()
	d := s.downloads[name].Value()
	s.mu.Unlock()
	if d == nil {
		p := placeOf(s.dir, name)
		r, err := readRecord(p.record())
		if damaged(err) {
			return s.dropOrphan(p)
		}
		if err != nil {
			return 0
		}
		d = s.Download(Remote{Key: r.Key, Size: -1})
	}
	d.loading.Do(d.load) // another may have begun to, who does not yet know whether it is paused
	return d.reclaim()
}

// dropOrphan removes data that no record tells of, left by a process that was
// killed, and returns how much it was.
func (s *Store) dropOrphan(p place) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.downloads[p.name].Value() != nil {
		return 0 // somebody has just begun it
	}
	var freed int64
	if info, err := os.Stat(p.data()); err == nil { // else somebody emptied the cache
		freed = allocated(info)
	}
	if err := p.clear(); err != nil {
		s.log.Warn("cannot drop data without a record", "file", p.data(), "err", err)
		return 0
	}
	s.usage.set(p.name, 0, time.Time{})
	return freed
}

func (d *Download) reclaim() int64 {
	d.disk.Lock()
	defer d.disk.Unlock()
	d.mu.Lock()
	held := d.have.Len()
	if (d.state != Idle && d.state != Complete) || len(d.readers)+len(d.flights)+len(d.waits) > 0 || d.broken != nil {
		d.mu.Unlock()
		return 0
	}
	_ = d.happen(evEvict) // never refused in these states
	d.forgetHeld()
	d.announce()
	d.mu.Unlock()
	if err := d.unlink(); err != nil {
		d.store.log.Warn("cannot drop a cache entry", "key", d.key, "err", err)
		return 0
	}
	return held
}

// scan finds out what is on disk from earlier sessions, and makes room if that
// is too much.
func (s *Store) scan() {
	folders, err := filepath.Glob(filepath.Join(s.dir, "[0-9a-f][0-9a-f]"))
	if err != nil {
		return
	}
	for _, folder := range folders {
		if s.ctx.Err() != nil {
			return
		}
		s.scanFolder(folder)
	}
	if err := s.makeRoom(0); err != nil {
		s.log.Warn("the cache is larger than it may be", "err", err)
	}
}

func (s *Store) scanFolder(folder string) {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.log.Warn("cannot read a cache folder", "err", err)
	}
	for _, e := range entries {
		name, isData := strings.CutSuffix(e.Name(), ".data")
		info, err := e.Info()
		if isData && err == nil && validName(name) {
			s.usage.seen(name, allocated(info), info.ModTime())
		}
	}
}

// allocated returns how much of the disk a file takes: less than its size if it
// has holes.
func allocated(info fs.FileInfo) int64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return st.Blocks * blockLen
	}
	return info.Size()
}

// used notes that someone opened the download, for the order in which bytes are
// dropped; the data file's time tells the next session.
func (d *Download) used(f *dataFile) {
	now := time.Now()
	if d.store.usage.touch(d.place.name, now) {
		_ = os.Chtimes(f.Name(), time.Time{}, now) // a wrong order harms nobody
	}
}
