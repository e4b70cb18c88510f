// Package shares owns how many files users beside the owner of a mount may have open at
// once, or how large ones, so that they leave some to the owner.
//
// It must never know what a file is of.
//
// Open shares.go, the only file.
package shares

import "sync"

// What other users may have open of all files: one in so many for one user, and for all
// together.
const (
	oneUser  = 4
	allUsers = 2
)

// Shares counts files that are really open: one that a user has open twice counts once.
// It can be used by several goroutines at a time.
type Shares[F comparable] struct {
	limit int // of the sizes of open files, those of the owner included

	mu    sync.Mutex // guards what follows
	users map[uint32]*opens[F]
	all   opens[F]
}

// opens are the files that are open.
type opens[F comparable] struct {
	files map[F]file
	sum   int // of their sizes
}

type file struct {
	times int // that it is open
	size  int
}

// New returns the shares of files whose sizes are limit together.
func New[F comparable](limit int) *Shares[F] {
	return &Shares[F]{limit: limit, users: make(map[uint32]*opens[F])}
}

// Enter counts a file of some size that a user opens, until Leave. It reports whether the
// user's share allows that, and counts nothing if not. A share is one file at least. The
// size is 1 where files are all alike, and that of the first open counts.
func (s *Shares[F]) Enter(uid uint32, file F, size int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.users[uid]
	if one == nil {
		one = &opens[F]{}
	}
	if !one.allows(file, size, s.limit/oneUser) || !s.all.allows(file, size, s.limit/allUsers) {
		return false
	}
	s.users[uid] = one
	one.enter(file, size)
	s.all.enter(file, size)
	return true
}

// Resize has a file that a user has open once, and others do not, be of another size. It
// reports whether the user's share allows that, and changes nothing if not.
func (s *Shares[F]) Resize(uid uint32, file F, size int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.users[uid]
	if !one.allowsResize(file, size, s.limit/oneUser) || !s.all.allowsResize(file, size, s.limit/allUsers) {
		return false
	}
	one.resize(file, size)
	s.all.resize(file, size)
	return true
}

// Leave takes back what Enter counted.
func (s *Shares[F]) Leave(uid uint32, file F) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.users[uid]
	one.leave(file)
	s.all.leave(file)
	if len(one.files) == 0 {
		delete(s.users, uid)
	}
}

func (o *opens[F]) allows(file F, size, limit int) bool {
	return o.files[file].times > 0 || len(o.files) == 0 || o.sum+size <= limit
}

// allowsResize reports whether a file that is open can be of another size: one that does
// not grow, or is open alone, always can.
func (o *opens[F]) allowsResize(file F, size, limit int) bool {
	grown := size - o.files[file].size
	return grown <= 0 || len(o.files) == 1 || o.sum+grown <= limit
}

func (o *opens[F]) resize(one F, size int) {
	f := o.files[one]
	o.sum += size - f.size
	f.size = size
	o.files[one] = f
}

func (o *opens[F]) enter(one F, size int) {
	if o.files == nil {
		o.files = make(map[F]file)
	}
	f := o.files[one]
	if f.times == 0 {
		f.size = size
		o.sum += size
	}
	f.times++
	o.files[one] = f
}

func (o *opens[F]) leave(one F) {
	f := o.files[one]
	if f.times--; f.times > 0 {
		o.files[one] = f
		return
	}
	o.sum -= f.size
	delete(o.files, one)
}
