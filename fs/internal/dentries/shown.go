package dentries

import (
	"time"

	"github.com/tunesfs/tunesfs/fs/internal/recent"
)

// A Shown is what the kernel may keep of a file for long.
type Shown struct {
	Revision uint64    // of the download, when that was told
	Size     int64     // bytes; -1 if none was told
	Modified time.Time // zero if none was told
}

// differs reports whether a kernel that was told s shows another file than now. What a
// path should open may be another all the same: then open gives ESTALE, upon which the
// kernel looks the name up.
func (s Shown) differs(now Shown) bool {
	return s.Revision != now.Revision && (s.Size != now.Size || !s.Modified.Equal(now.Modified))
}

// A Record remembers what the kernel was told last of each file, by key. It can be
// used by several goroutines at a time. The zero value is empty.
type Record struct{ shown recent.Map[Shown] }

// Note notes what the kernel is told of a file, and reports whether it was told
// something else before: then it has to forget that.
func (r *Record) Note(key string, now Shown) (outdated bool) {
	before, known := r.shown.Put(key, now)
	return known && before.differs(now)
}

// Compare reports whether the kernel was told something else than now of a file, and
// if so takes it for told. Where it is not remembered, the kernel may have been.
func (r *Record) Compare(key string, now Shown) (outdated bool) {
	if _, known := r.shown.Get(key); !known && r.shown.Remembers() {
		return false
	}
	before, known := r.shown.Put(key, now)
	return !known || before.differs(now)
}
