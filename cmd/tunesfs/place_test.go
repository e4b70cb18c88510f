package main

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/config"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
	"github.com/tunesfs/tunesfs/internal/durable"
)

// Saved searches below the folder of a catalog are not those that a link leads to.
func TestStateIsNoLink(t *testing.T) {
	t.Parallel()
	src, err := source.Parse("demo:")
	if err != nil {
		t.Fatal(err)
	}
	s := &service{source: src, dir: filepath.Join(t.TempDir(), "mount"), flags: &config.Mount{CacheDir: t.TempDir()}}
	at, err := s.makePlace()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.makePlace(); err != nil {
		t.Errorf("a second time: %v", err)
	}
	if err := errors.Join(os.Remove(at.state), os.Symlink(t.TempDir(), at.state)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.makePlace(); !errors.Is(err, syscall.ELOOP) && !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("where a link lies: %v", err)
	}
}

// A power cut just after the folder of saved searches was made leaves it there, and so
// does one after a start that found it.
func TestStateIsDurable(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	state := filepath.Join(top, "not", "yet", "state")
	for _, want := range [][]string{{top, filepath.Join(top, "not"), filepath.Dir(state)}, {filepath.Dir(state)}} {
		synced := map[string]bool{}
		err := makeOwned(durable.Files{Hook: func(s durable.Step) error {
			synced[s.Path] = synced[s.Path] || s.Kind == "syncdir"
			return nil
		}}, state)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range want {
			if !synced[path] {
				t.Errorf("%s is not synced", path)
			}
		}
	}
}
