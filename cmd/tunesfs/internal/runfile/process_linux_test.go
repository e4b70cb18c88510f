package runfile

import (
	"os"
	"os/exec"
	"testing"
	"time"
)

// A process that has SIGKILL pending or has left its threads behind was killed, whatever
// they still wait for.
func TestTellsKilled(t *testing.T) {
	for status, want := range map[string]bool{
		"": false,
		"Name:\ttunesfs\nState:\tS (sleeping)\nSigPnd:\t0000000000000000\nShdPnd:\t0000000000000000\n":   false,
		"Name:\tZ\nState:\tD (disk sleep)\nSigPnd:\t0000000000004000\nShdPnd:\t0000000000004000\n":       false,
		"Name:\ttunesfs\nState:\tZ (zombie)\n":                                                           true,
		"Name:\ttunesfs\nState:\tD (disk sleep)\nSigPnd:\t0000000000000100\nShdPnd:\t0000000000000000\n": true,
		"Name:\ttunesfs\nState:\tD (disk sleep)\nSigPnd:\t0000000000000000\nShdPnd:\t0000000000000100\n": true,
		"SigPnd:\tnone": false,
	} {
		if got := tellsKilled(status); got != want {
			t.Errorf("%q: %v", status, got)
		}
	}
}

// This process was not killed, and a child of it that was is known before it is waited
// for.
func TestIsKilled(t *testing.T) {
	if isKilled(os.Getpid()) {
		t.Error("this process was killed")
	}
	child := exec.CommandContext(t.Context(), "sleep", "60")
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	_ = child.Process.Kill()
	for !isKilled(child.Process.Pid) {
		time.Sleep(time.Millisecond)
	}
	_ = child.Wait()
}
