package fs

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// The signals that users end programs with.
var endings = []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}

// secondOfNaps is how many naps of 10 ms, each a process of its own, take a second
// or more. On a busy machine they take as much longer as everything does.
const secondOfNaps = 100

// endsBy runs a program that waits for the mount, sends it a signal when it does,
// and checks that the signal ends it within a second. The caller holds back the
// answer, so that nothing else ends it. The script before it sets variables.
func (w *world) endsBy(sig syscall.Signal, before, program string) {
	w.t.Helper()
	// A test that runs in the background has its children ignore SIGINT.
	cmd := w.command(before + "exec env --default-signal=INT,TERM,HUP " + program)
	w.must(cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for looks := 0; looks < 10; looks++ { // in a row: any request takes a moment
		select {
		case err := <-ended:
			w.t.Errorf("%s does not wait: %v", program, err)
			return
		case <-time.After(5 * time.Millisecond):
		}
		if !isWaiting(cmd.Process.Pid) {
			looks = -1
		}
	}
	w.must(cmd.Process.Signal(sig))
	if !w.endsSoon(ended) {
		_ = cmd.Process.Kill() // which the unmount may have to help
		w.t.Fatalf("%s: a second after the signal (%v) it still waits", program, sig)
	}
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != sig {
		w.t.Errorf("%s ends with %v, not by the signal (%v)", program, cmd.ProcessState, sig)
	}
}

// endsSoon reports whether a program ends within a second.
func (w *world) endsSoon(ended <-chan error) bool {
	w.t.Helper()
	for range secondOfNaps {
		w.must(exec.CommandContext(w.ctx(), "sleep", "0.01").Run())
		select {
		case <-ended:
			return true
		default:
		}
	}
	return false
}

// isWaiting reports whether a process waits for the answer of a FUSE server. Where
// the kernel does not tell what it waits for, any wait counts.
func isWaiting(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, _ := strings.Cut(string(stat), ") ")
	if err != nil || !slices.Contains([]string{"S", "D"}, strings.SplitN(rest, " ", 2)[0]) {
		return false
	}
	at, err := os.ReadFile(fmt.Sprintf("/proc/%d/wchan", pid))
	place := string(at)
	return err != nil || place == "0" || strings.Contains(place, "fuse") || place == "request_wait_answer"
}
