package cached

import (
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A sequence numbers the listings that a service sends: the later has the higher
// number, whatever the clock says. It holds over restarts and for all listings of a
// Source, since each process that uses the folder begins with a number of its own.
//
// The count of processes may go back: with an older copy of the folder, on a disk that
// does not take it, or where it is lost while the clock is wrong. So a number of an
// earlier process that is too high counts as the lowest of this one: see recall.
type sequence struct {
	disk disk

	mu    sync.Mutex // guards what follows
	first uint64     // below every number of this process; 0 before they begin
	last  uint64     // the latest number given out
}

// sequenceName is the file with the number of the process that used the folder last.
const sequenceName = "sequence"

// maxSequence is more than that file has, in bytes.
const maxSequence = 64

const (
	// processBits is how many bits of a number are not the count of processes.
	processBits = 32

	// saltBits is how many of these count the listings of one process. Those above
	// are by chance, to tell two processes of one count apart.
	saltBits = 16
)

// next returns the number of a listing that the service has just sent.
func (s *sequence) next() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.beginLocked()
	s.last++
	return s.last
}

// recall returns the number that a stored one counts for: itself, if a listing of this
// process or an earlier number has it, else one below all of this process.
func (s *sequence) recall(stored uint64) uint64 {
	if stored == 0 {
		return 0 // of no listing
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.beginLocked()
	if stored > s.last {
		return s.first
	}
	return stored
}

// beginLocked begins the numbers of this process.
func (s *sequence) beginLocked() {
	if s.first == 0 {
		s.first = s.disk.nextProcess()<<processBits | uint64(rand.N(1<<(processBits-saltBits)))<<saltBits
		s.last = s.first
	}
}

// nextProcess counts the processes that used the folder, this one included. A count
// begins with the seconds since 1970, and so does one that was lost: what was noted of
// earlier listings elsewhere, with their numbers, must not seem to be newer for good.
func (d disk) nextProcess() uint64 {
	begin := uint64(max(time.Now().Unix(), 1)) & (1<<(64-processBits) - 1)
	if d.dir == "" {
		return begin
	}
	path := filepath.Join(d.dir, sequenceName)
	text, _ := d.files.ReadFile(path, maxSequence)
	n, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64-processBits)
	if n++; err != nil {
		n = begin
	}
	if err := d.files.MakeDir(d.dir); err == nil {
		_ = d.files.Write(path, []byte(strconv.FormatUint(n, 10)+"\n")) // the listing's own file fails too, and says so
	}
	return n
}
