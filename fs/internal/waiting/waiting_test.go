package waiting

import (
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// noThread is above the highest id of a process: pid_max is 1<<22 at most.
const noThread = 1<<22 + 1

func TestPrograms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r Reads
		var long []Program
		enter := func(track string, thread uint32) func() {
			return r.Enter(track, thread, func(p Program) { long = append(long, p) })
		}
		expect := func(track string, want ...Program) {
			t.Helper()
			if got := r.Programs(track); !slices.Equal(got, want) {
				t.Errorf("%v wait for %s, want %v", got, track, want)
			}
		}
		one, two := Program{PID: noThread}, Program{PID: noThread + 1}
		first := enter("a", noThread)
		second := enter("a", noThread)
		expect("a")
		time.Sleep(shownAfter)
		expect("a", one)
		expect("b")
		other := enter("a", noThread+1)
		elsewhere := enter("b", noThread+1)
		expect("a", one)
		first()
		time.Sleep(shownAfter)
		expect("a", one, two)
		expect("b", two)
		second()
		elsewhere()
		expect("a", two)
		expect("b")
		time.Sleep(longAfter)
		synctest.Wait()
		other()
		if !slices.Equal(long, []Program{two}) || len(r.all) > 0 {
			t.Errorf("%v waited long, %v still do", long, r.all)
		}
	})
}

// A read that waited before a pause is a long one again after it, and one that has ended
// is none.
func TestRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r Reads
		var mu sync.Mutex // guards what follows
		var long []Program
		enter := func(track string, thread uint32) func() {
			return r.Enter(track, thread, func(p Program) {
				mu.Lock()
				defer mu.Unlock()
				long = append(long, p)
			})
		}
		expect := func(after time.Duration, want ...Program) {
			t.Helper()
			time.Sleep(after)
			synctest.Wait()
			mu.Lock()
			defer mu.Unlock()
			if !slices.Equal(long, want) {
				t.Errorf("%v waited long, want %v", long, want)
			}
		}
		one := Program{PID: noThread}
		first, other := enter("a", noThread), enter("b", noThread+1)
		expect(longAfter - time.Second)
		r.Restart("a")
		other()
		expect(longAfter - time.Second)
		expect(time.Second, one)
		r.Restart("a")
		expect(longAfter, one, one)
		r.Restart("a")
		first()
		r.Restart("a")
		expect(time.Hour, one, one)
	})
}

// However many threads wait, few are named.
func TestManyPrograms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r Reads
		var all sync.WaitGroup
		for i := range 10 * maxPrograms {
			all.Go(func() {
				defer r.Enter("a", noThread+uint32(i), func(Program) {})()
				time.Sleep(2 * shownAfter)
			})
		}
		time.Sleep(shownAfter)
		if n := len(r.Programs("a")); n != maxPrograms {
			t.Errorf("%d programs are named, want %d", n, maxPrograms)
		}
		all.Wait()
	})
}

// The kernel tells the thread; its process has the name that people know.
func TestProgramOf(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("other systems do not tell")
	}
	comm, err := os.ReadFile("/proc/self/comm")
	if err != nil {
		t.Fatal(err)
	}
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Fatal(err)
	}
	want := Program{PID: os.Getpid(), Name: string(comm[:len(comm)-1])}
	for _, task := range tasks {
		var thread uint32
		for _, digit := range task.Name() {
			thread = 10*thread + uint32(digit-'0')
		}
		if got := programOf(thread); got != want && got.Name != "" { // it may have ended
			t.Errorf("thread %d is of %v, want %v", thread, got, want)
		}
	}
	for thread, want := range map[uint32]string{0: "a program", noThread: "process 4194305"} {
		if got := programOf(thread).String(); got != want {
			t.Errorf("thread %d is of %q, want %q", thread, got, want)
		}
	}
	if got := (Program{7, "mpd"}).String(); got != "mpd (7)" {
		t.Errorf("it is %q", got)
	}
}
