package diskcache

import "os"

// dropTail gives back the space behind the bytes that a record names, and returns how
// much that was: a killed process had no time to record them. A complete file is left
// as it is, since what another program appended shows that it was changed. Where the
// disk refuses, the space is given back when the bytes are fetched again or dropped.
func (f *File) dropTail() (freed int64) {
	before, err := os.Stat(f.path())
	if err != nil || f.stamp != nil || f.end == 0 || before.Size() <= f.end {
		return 0
	}
	if err := os.Truncate(f.path(), f.end); err != nil {
		return 0
	}
	after, err := os.Stat(f.path())
	if err != nil {
		return 0
	}
	return max(allocated(before)-allocated(after), 0)
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
