package cached

import (
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/internal/durable"
)

// A sequence numbers the listings that a service sends: the later has the higher
// number, whatever the clock says. It holds over restarts and for all listings of a
// Source, since each process that uses the folder begins with a number of its own.
type sequence struct {
	disk disk

	mu   sync.Mutex // guards last
	last uint64     // the latest number given out; 0 before the first
}

// sequenceName is the file with the number of the process that used the folder last.
const sequenceName = "sequence"

// maxSequence is more than that file has, in bytes.
const maxSequence = 64

// processBits is how many bits of a number count the listings of one process.
const processBits = 32

// next returns the number of a listing that replaces one with the number old.
func (s *sequence) next(old uint64) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == 0 {
		s.last = s.disk.nextProcess() << processBits
	}
	s.last = max(s.last, old) + 1
	return s.last
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
	text, _ := durable.ReadFile(path, maxSequence)
	n, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64-processBits)
	if n++; err != nil {
		n = begin
	}
	if err := d.files.MakeDir(d.dir); err == nil {
		_ = d.files.Write(path, []byte(strconv.FormatUint(n, 10)+"\n")) // the listing's own file fails too, and says so
	}
	return n
}
