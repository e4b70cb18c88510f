package plan

import (
	"strings"
	"time"
)

// diskPrefix begins the name of a fault of the disk.
const diskPrefix = "disk-"

// DiskFaults are the faults of the disk that Draw draws: how an operation fails, with
// EIO where the name tells no error.
var DiskFaults = []string{
	"disk-read", "disk-write", "disk-fsync", "disk-rename", "disk-unlink", "disk-open", "disk-create", "disk-truncate", "disk-mkdir",
	"disk-write-ENOSPC", "disk-create-ENOSPC", "disk-write-EDQUOT", "disk-open-EACCES", "disk-create-EROFS",
}

// CacheFaults are the other faults of the cache, by how Trouble names them.
var CacheFaults = []string{
	"pull", "pull all", "empty all", "empty data", "empty records", "empty folder", "swap empty", "swap older", "swap back", "unlock",
}

// DiskFault returns the operation of the disk that a step makes fail, and with which
// error, or false if the step is none of those.
func (s Step) DiskFault() (op, errno string, ok bool) {
	rest, ok := strings.CutPrefix(s.Fault, diskPrefix)
	if !ok || s.Do != Strike {
		return "", "", false
	}
	op, errno, named := strings.Cut(rest, "-")
	if !named {
		errno = "EIO"
	}
	return op, errno, true
}

// Trouble returns what befalls the cache by a step, "" for nothing.
func (s Step) Trouble() string {
	_, _, isDisk := s.DiskFault()
	switch {
	case isDisk:
		return s.Fault
	case s.Do == Pull, s.Do == Empty, s.Do == Swap, s.Do == Unlock:
		return strings.TrimSpace(string(s.Do) + " " + s.How)
	}
	return ""
}

// cache makes what befalls the cache in a round. Where that is on the failing disk,
// much does.
func (d *changes) cache() {
	if d.setup.Disk {
		for range d.n / 30 {
			d.fail()
		}
		if d.IntN(2) == 0 {
			for range 1 + d.IntN(2) {
				d.add(Step{Do: Pull, After: d.IntN(d.n), How: pick(d.Rand, "", "", "", "all")})
			}
		}
	}
	if d.IntN(3) == 0 {
		for range 1 + d.IntN(3) {
			d.damage()
		}
	}
}

// fail makes a fault of the disk, and its end.
func (d *changes) fail() {
	s := Step{Do: Strike, After: d.IntN(d.n), Fault: pick(d.Rand, DiskFaults...), Skip: pick(d.Rand, 0, 0, d.IntN(30))}
	if d.IntN(3) > 0 {
		s.Count = 1 + d.IntN(5)
	}
	d.begin(s, 60)
}

// damage has another program do something to the cache.
func (d *changes) damage() {
	s := Step{After: d.IntN(d.n), Mount: d.mount()}
	switch d.IntN(5) {
	case 0, 1:
		s.Do, s.How = Empty, pick(d.Rand, "all", "data", "records", "folder")
	case 2, 3:
		s.Do, s.How = Swap, pick(d.Rand, "empty", "older", "back")
		if s.How == "back" {
			s.Signal = time.Duration(d.IntN(1500)) * time.Millisecond
		}
	default:
		s.Do = Unlock
	}
	d.add(s)
}
