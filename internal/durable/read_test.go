package durable

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A path where no regular file lies is an error at once, and so is a file that is too
// long.
func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := errors.Join(syscall.Mkfifo(at("fifo"), 0o600), os.Mkdir(at("folder"), 0o700), os.WriteFile(at("file"), []byte("text"), 0o600),
		os.Symlink(at("file"), at("link")), os.Symlink(at("fifo"), at("link to a fifo"))); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		limit int64
		text  string
		err   error
	}{
		{"file", 4, "text", nil},
		{"link", 4, "", syscall.ELOOP},
		{"file", 3, "", ErrTooLong},
		{"fifo", 4, "", ErrNotRegular},
		{"link to a fifo", 4, "", syscall.ELOOP},
		{"folder", 4, "", ErrNotRegular},
		{"missing", 4, "", os.ErrNotExist},
	} {
		b, err := ReadFile(at(test.name), test.limit)
		if !errors.Is(err, test.err) || err == nil && string(b) != test.text {
			t.Errorf("%s: %q, %v", test.name, b, err)
		}
	}
}

// A FIFO in the place of the temporary file does not hold Write up.
func TestWriteOverAFIFO(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	if err := errors.Join(syscall.Mkfifo(path, 0o600), syscall.Mkfifo(path+".tmp", 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := (Files{}).Write(path, []byte("text")); err != nil {
		t.Fatal(err)
	}
	if got := read(t, path); got != "text" {
		t.Errorf("the file holds %q", got)
	}
}
