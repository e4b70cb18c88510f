// Package shares owns how many files users beside the owner of a mount may have open at
// once, so that they leave some to the owner.
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
	limit int // of open files, those of the owner included

	mu    sync.Mutex // guards what follows
	users map[uint32]opens[F]
	all   opens[F]
}

// opens counts how often each file is open.
type opens[F comparable] map[F]int

// New returns the shares of limit files.
func New[F comparable](limit int) *Shares[F] {
	return &Shares[F]{limit: limit, users: make(map[uint32]opens[F]), all: make(opens[F])}
}

// Enter counts a file that a user opens, until Leave. It reports whether the user's share
// allows that, and counts nothing if not. A share is one file at least.
func (s *Shares[F]) Enter(uid uint32, file F) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.users[uid]
	if !one.allows(file, s.limit/oneUser) || !s.all.allows(file, s.limit/allUsers) {
		return false
	}
	if one == nil {
		one = make(opens[F])
		s.users[uid] = one
	}
	one[file]++
	s.all[file]++
	return true
}

// Leave takes back what Enter counted.
func (s *Shares[F]) Leave(uid uint32, file F) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users[uid].leave(file)
	s.all.leave(file)
	if len(s.users[uid]) == 0 {
		delete(s.users, uid)
	}
}

func (o opens[F]) allows(file F, limit int) bool { return o[file] > 0 || len(o) < max(limit, 1) }

func (o opens[F]) leave(file F) {
	if o[file]--; o[file] <= 0 {
		delete(o, file)
	}
}
