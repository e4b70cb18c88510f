package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
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
	got := tracksOf([]string{"d/wait.pause", "d/A - Joy.wav", "d/A - Joy.wav.cancel", "d/A - Joy.wav.pause", "d/A - Joy.wav.progress", "d", "d/B.mp3.resume", "d"}, silences{})
	if want := []string{"d/wait.pause", "d/A - Joy.wav", "d", "d/B.mp3"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// A mount that does not respond is asked once, whatever a command says of it; a path of
// another folder is still asked.
func TestSilentMountIsAskedOnce(t *testing.T) {
	hung, lives := t.TempDir(), t.TempDir()
	for _, where := range []string{hung, lives} {
		if err := os.Mkdir(filepath.Join(where, "a.pause"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	var asked []string
	silent := silences{}
	ask := func(path string) error {
		return silent.ask(path, func() error {
			asked = append(asked, path)
			if filepath.Dir(path) == hung {
				return fmt.Errorf("the mount %w", mounted.ErrNoAnswer)
			}
			return nil
		})
	}
	for range 2 {
		if err := ask(hung + "/a"); !errors.Is(err, mounted.ErrNoAnswer) {
			t.Errorf("the error is %v", err)
		}
		if err := ask(lives + "/b"); err != nil {
			t.Error(err)
		}
	}
	if want := []string{hung + "/a", lives + "/b", lives + "/b"}; !slices.Equal(asked, want) {
		t.Errorf("asked are %q, want %q", asked, want)
	}
	// Whether a sidecar of it is a folder is not asked, and counts as no.
	paths := []string{hung + "/a.pause", lives + "/a.pause", hung + "/b.cancel", lives + "/a.pause"}
	if got, want := tracksOf(paths, silent), []string{hung + "/a", lives + "/a.pause", hung + "/b"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
