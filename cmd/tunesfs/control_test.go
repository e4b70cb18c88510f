package main

import (
	"errors"
	"os"
	"slices"
	"syscall"
	"testing"
)

// What a mount answers to a verb is told in words, and the rest as it is.
func TestExplainControl(t *testing.T) {
	for err, want := range map[error]string{
		syscall.EBUSY:    "the file is in use",
		syscall.EACCES:   "only the owner of the mount may do that",
		syscall.EPERM:    "only the owner of the mount may do that",
		syscall.EINVAL:   "it takes no commands; name a track or a folder of tracks",
		syscall.ENOTSUP:  "it takes no commands; name a track or a folder of tracks",
		syscall.ENOTCONN: "the mount is dead; unmount it",
		syscall.ENOENT:   "no such file or directory",
		errors.New("x"):  "x",
	} {
		if got := explainControl(err).Error(); got != want {
			t.Errorf("%v is explained as %q, want %q", err, got, want)
		}
	}
	if err := explainControl(nil); err != nil {
		t.Errorf("success is explained as %v", err)
	}
}

// A pattern matches the sidecars of a track, too: each stands for it, and counts once.
// A folder that has such a name stands for itself.
func TestTracksOf(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, folder := range []string{"d/wait.pause", "d/A - Joy.wav"} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile("d/B.mp3.resume", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	got := tracksOf([]string{"d/wait.pause", "d/A - Joy.wav", "d/A - Joy.wav.cancel", "d/A - Joy.wav.pause", "d/A - Joy.wav.progress", "d", "d/B.mp3.resume", "d"})
	if want := []string{"d/wait.pause", "d/A - Joy.wav", "d", "d/B.mp3"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
