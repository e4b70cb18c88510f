package main

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/config"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
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
