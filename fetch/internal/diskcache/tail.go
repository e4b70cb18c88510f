package diskcache

import "os"

// dropTail gives back the space behind the bytes that a record names, and returns how
// much that was, and how much the file takes now: a killed process had no time to record
// them. A complete file is left as it is, since what another program appended shows that
// it was changed. Where the disk refuses, the space is given back when the bytes are
// fetched again or dropped.
func (f *File) dropTail() (freed, left int64) {
	before, err := f.place.files.Lstat(f.path())
	if err != nil {
		return 0, 0
	}
	left = allocated(before)
	if f.stamp != nil || f.end == 0 || before.Size() <= f.end {
		return 0, left
	}
	file, err := f.place.files.Open(f.path(), os.O_RDWR)
	if err != nil {
		return 0, left
	}
	defer file.Close()
	if file.Truncate(f.end) != nil {
		return 0, left
	}
	after, err := file.Stat()
	if err != nil {
		return 0, left
	}
	return max(left-allocated(after), 0), allocated(after)
}

// shrink notes that n bytes of a download are on disk no more, of which a scan may have
// counted all beyond held.
func (u *usage) shrink(name string, n, held int64) {
	u.change(name, func(e *entry) {
		if e.bytes > held {
			e.bytes = max(e.bytes-n, held)
		}
	})
}

// name notes how many of the bytes that count a record names. The others lie between
// them, written by a killed process that had no time to record them: they count once,
// also when they are fetched again.
func (u *usage) name(name string, held int64) {
	u.change(name, func(e *entry) { e.unnamed = max(e.bytes-held, 0) })
}
