package fs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestCheckMountPoint(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{
		filepath.Join(dir, "nothing"): fs.ErrNotExist,
		file:                          ErrNotDirectory,
		dir:                           ErrNotEmpty,
	} {
		if err := checkMountPoint(path); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
}

// A device that is forbidden needs other help than one that is not there.
func TestDeviceError(t *testing.T) {
	for reason, want := range map[error]error{
		nil:            nil,
		syscall.EACCES: ErrDeviceDenied,
		syscall.EPERM:  ErrDeviceDenied,
		syscall.ENOENT: ErrNoDevice,
		syscall.ENODEV: ErrNoDevice,
	} {
		if err := deviceError(reason); !errors.Is(err, want) || !errors.Is(err, reason) {
			t.Errorf("%v becomes %v, want %v", reason, err, want)
		}
	}
}

// Ordinary users mount where they may write; root is asked nothing.
func TestMayMountOn(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	for mode, want := range map[os.FileMode]bool{0o700: true, 0o500: false, 0o700 | os.ModeSticky: true} {
		dir := t.TempDir()
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(dir)
		if err != nil {
			t.Fatal(err)
		}
		if got := mayMountOn(dir, info); got != want {
			t.Errorf("mode %v: %v, want %v", mode, got, want)
		}
		if err := checkMountPoint(dir); errors.Is(err, ErrNotYours) == want {
			t.Errorf("mode %v: the check says %v", mode, err)
		}
	}
}

// A mount that somebody took away before the kernel said a word did not fail; one that
// is still there did, and one that never was.
func TestMountError(t *testing.T) {
	for _, tt := range []struct {
		err   error
		still bool
		want  bool
	}{
		{errors.New("init: 19=no such device"), false, true},
		{errors.New("init: 103=software caused connection abort"), false, true},
		{errors.New("init: 71=protocol error"), true, false},
		{syscall.ENODEV, false, false},
	} {
		got := mountError(tt.err, tt.still)
		if errors.Is(got, ErrUnmounted) != tt.want || !errors.Is(got, tt.err) {
			t.Errorf("%v, still there %v: %v", tt.err, tt.still, got)
		}
	}
}
