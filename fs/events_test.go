package fs

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/events"
)

// $E is the stream of events.
const theEvents = `E="$M/.tunesfs/events"; `

// A stream is a process that prints events.
type stream struct {
	w     *world
	cmd   *exec.Cmd
	lines *bufio.Scanner
	heard []string // states, each once in a row
}

// follow runs a script that prints events.
func (w *world) follow(script string) *stream {
	w.t.Helper()
	s := &stream{w: w, cmd: w.command(theEvents + script)}
	out, err := s.cmd.StdoutPipe()
	w.must(err)
	w.must(out.(*os.File).SetReadDeadline(time.Now().Add(testTimeout)))
	w.must(s.cmd.Start())
	w.t.Cleanup(func() { _ = s.cmd.Process.Kill(); _ = s.cmd.Wait() })
	s.lines = bufio.NewScanner(out)
	return s
}

// next takes in a line, and reports whether there was one.
func (s *stream) next() bool {
	s.w.t.Helper()
	if !s.lines.Scan() {
		return false
	}
	var line events.Line
	if err := json.Unmarshal(s.lines.Bytes(), &line); err != nil || line.Path != "abba/ABBA - SOS.m4a" {
		s.w.t.Fatalf("a line %q: %v", s.lines.Text(), err)
	}
	if n := len(s.heard); n == 0 || s.heard[n-1] != line.State {
		s.heard = append(s.heard, line.State)
	}
	return true
}

// until takes in lines until one has a state.
func (s *stream) until(state string) {
	s.w.t.Helper()
	for s.next() {
		if s.heard[len(s.heard)-1] == state {
			return
		}
	}
	s.w.t.Fatalf("the stream ends before %s, after %v", state, s.heard)
}

// inAnyOrder are two readers of one handle: each line comes once, but what one
// prints may overtake what the other does.
const inAnyOrder = "two"

// Any number of readers follow what happens, each by its own means, whatever
// becomes of the others, until the mount ends.
func TestEvents(t *testing.T) {
	need(t, "setfattr", "python3", "stdbuf")
	w, release := held(t, 2_000_000)
	control := func(verb string) { w.sh(sos + `setfattr -n user.tunesfs.control -v ` + verb + ` "$S"`) }
	control("start")
	control("pause")

	silent := w.follow(`exec 3<"$E"; echo open; exec sleep 1000`)
	if !silent.lines.Scan() {
		t.Fatal("the stream cannot be opened")
	}
	killed := w.follow(`exec cat "$E"`)
	readers := map[string]*stream{
		"cat":         w.follow(`exec cat "$E"`),
		"small reads": w.follow(`exec dd if="$E" bs=7 status=none`),
		"tail":        w.follow(`stdbuf -o0 tail -n +1 -f "$E" 2>/dev/null; :`), // at the end it complains that it cannot seek
		"python":      w.follow(`exec python3 -c 'for l in open("'"$E"'"): print(l, end="", flush=True)'`),
		inAnyOrder:    w.follow(`exec 3<"$E"; cat <&3 & cat <&3; wait`),
	}
	killed.until("paused")
	for _, r := range readers {
		r.until("paused")
	}
	w.must(killed.cmd.Process.Kill())
	_ = killed.cmd.Wait()

	release()
	control("resume")
	w.await(3, fetch.Complete)
	control("evict")
	for name, r := range readers {
		want := "[paused downloading complete idle]"
		r.until("idle")
		if name == inAnyOrder {
			for (!slices.Contains(r.heard, "complete") || !slices.Contains(r.heard, "downloading")) && r.next() {
			}
			slices.Sort(r.heard)
			want = "[complete downloading idle paused]"
		}
		r.heard = slices.DeleteFunc(r.heard, func(s string) bool { return s == "queued" })
		if got := fmt.Sprint(slices.Compact(r.heard)); got != want {
			t.Errorf("%s was told %s", name, got)
		}
	}
	w.endsBy(syscall.SIGINT, theEvents, `cat "$E"`) // nothing is under way
	w.unmount()
	for name, r := range readers {
		if r.next() && name != inAnyOrder {
			t.Errorf("%s was told more", name)
		}
		if err := r.cmd.Wait(); err != nil {
			t.Errorf("%s ended with %v", name, err)
		}
	}
}

// Readers that wait hold up nobody, and there is nothing else to do to events.
func TestManyFollow(t *testing.T) {
	need(t, "setfattr", "python3")
	w, _ := held(t, 2_000_000)
	w.sh(sos + `setfattr -n user.tunesfs.control -v start "$S"; touch "$S.pause"`)
	var all []*stream
	for range 40 {
		all = append(all, w.follow(`exec cat "$E"`))
	}
	for _, s := range all {
		s.until("paused")
	}
	w.run([]step{
		{what: "the mount is alive", script: `head -c 1000 "$A/ABBA - Waterloo.m4a" | wc -c; mkdir "$M/x"; rmdir "$M/x"`, prints: "1000"},
		{what: "write", script: theEvents + `echo x >"$E"`, fails: "Read-only file system"},
		{what: "remove", script: theEvents + `rm "$E"`, fails: "Read-only file system"},
		{what: "seek", script: theEvents + `python3 -c "import os; os.lseek(os.open('$E', 0), 1, 0)"`, fails: "Illegal seek"},
	})
	w.unmount()
	for _, s := range all {
		if s.next() || s.cmd.Wait() != nil {
			t.Fatalf("a reader was told %v, and ended with %v", s.heard, s.cmd.ProcessState)
		}
	}
}
