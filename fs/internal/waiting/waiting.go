// Package waiting owns the list of reads that are under way: it tells which programs
// wait for which track.
//
// It must never know what a track is, nor why it makes its readers wait.
//
// Open waiting.go first; program.go tells which program a thread is of.
package waiting

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

const (
	// shownAfter is how long a read has waited when Programs names it.
	shownAfter = time.Second

	// longAfter is how long a read has waited when it counts as a long one.
	longAfter = 3 * time.Second

	// maxPrograms is how many programs are named of one track.
	maxPrograms = 16
)

// Reads are the reads that are under way. They can be used by several goroutines at a
// time. The zero value is empty.
type Reads struct {
	mu  sync.Mutex               // guards all
	all map[string]map[*read]any // by track
}

// A read is one that is under way.
type read struct {
	thread uint32
	began  time.Time
	long   *time.Timer
}

// Enter notes that a thread reads from a track, until leave is called. It calls long,
// in a goroutine of its own, if the read lasts for 3 seconds, and for 3 more after each
// Restart.
func (r *Reads) Enter(track string, thread uint32, long func(Program)) (leave func()) {
	one := &read{thread, time.Now(), time.AfterFunc(longAfter, func() { long(programOf(thread)) })}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all == nil {
		r.all = map[string]map[*read]any{}
	}
	if r.all[track] == nil {
		r.all[track] = map[*read]any{}
	}
	r.all[track][one] = nil
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		one.long.Stop()
		delete(r.all[track], one)
		if len(r.all[track]) == 0 {
			delete(r.all, track)
		}
	}
}

// Restart has the reads of a track that are under way count as long ones only after
// another 3 seconds, since they wait for something else from now on.
func (r *Reads) Restart(track string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for one := range r.all[track] {
		one.long.Reset(longAfter)
	}
}

// Programs returns the programs, 16 at most, whose reads of a track have waited for a
// second or longer.
func (r *Reads) Programs(track string) []Program {
	var programs []Program
	for _, thread := range r.threads(track) {
		programs = append(programs, programOf(thread))
	}
	slices.SortFunc(programs, func(a, b Program) int { return cmp.Compare(a.PID, b.PID) })
	return slices.Compact(programs)
}

func (r *Reads) threads(track string) []uint32 {
	r.mu.Lock()
	defer r.mu.Unlock()
	var threads []uint32
	for one := range r.all[track] {
		if time.Since(one.began) >= shownAfter && !slices.Contains(threads, one.thread) && len(threads) < maxPrograms {
			threads = append(threads, one.thread)
		}
	}
	return threads
}
