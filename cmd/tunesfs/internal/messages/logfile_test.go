package messages

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestLogIsBounded writes 40 MB of lines, by two that have the file open: it stays within
// its bound, and what was written last is there, beside what was before.
func TestLogIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.log")
	var logs []*os.File
	for range 2 {
		file, err := OpenLog(path, "", os.Getenv)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		logs = append(logs, file)
	}
	if _, err := logs[0].Write(bytes.Repeat([]byte("an older version\n"), 1<<20)); err != nil {
		t.Fatal(err)
	}
	line := []byte(strings.Repeat("x", 999) + "\n")
	for i, file := range logs {
		w := Bound(file, path)
		for range 20_000 {
			if n, err := w.Write(line); n != len(line) || err != nil {
				t.Fatal(n, err)
			}
		}
		if n, err := w.Write([]byte("the last line\n")); n != 14 || err != nil {
			t.Fatal(n, err)
		}
		for _, name := range []string{path, path + ".old"} {
			info, err := os.Stat(name)
			if err != nil || info.Size() > maxLog || info.Size() == 0 || info.Mode().Perm() != 0o600 {
				t.Errorf("writer %d: %s: %v, %v", i, name, info, err)
			}
		}
		text, err := os.ReadFile(path)
		if err != nil || !bytes.HasSuffix(text, []byte("x\nthe last line\n")) {
			t.Errorf("writer %d: it ends in %q, %v", i, text[max(0, len(text)-100):], err)
		}
	}
}

// TestLogBesideIsNoLink has somebody lay a link where the old log goes.
func TestLogBesideIsNoLink(t *testing.T) {
	dir := t.TempDir()
	path, victim := filepath.Join(dir, "a.log"), filepath.Join(dir, "victim")
	if err := os.WriteFile(victim, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(victim, path+".old"); err != nil {
		t.Fatal(err)
	}
	file, err := OpenLog(path, "", os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w := Bound(file, path)
	for range 20_000 {
		_, _ = w.Write(bytes.Repeat([]byte("x"), 1000))
	}
	if text, err := os.ReadFile(victim); string(text) != "precious" || err != nil {
		t.Errorf("it holds %.20q, %v", text, err)
	}
}

// TestNoBound logs to what is no file.
func TestNoBound(t *testing.T) {
	file, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if w := Bound(file, os.DevNull); w != file {
		t.Errorf("%T", w)
	}
}

// TestNoBoundOfRedirection logs to standard output, which the user sent to a file of their
// own: that is not emptied.
func TestNoBoundOfRedirection(t *testing.T) {
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink("/dev/stdout", link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/dev/stdout", "/dev/stderr", "/dev/fd/1", link} {
		file, err := os.OpenFile(filepath.Join(t.TempDir(), "own"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if err := file.Truncate(2 * maxLog); err != nil {
			t.Fatal(err)
		}
		if _, err := Bound(file, path).Write([]byte("a line\n")); err != nil {
			t.Fatal(err)
		}
		if info, err := file.Stat(); err != nil || info.Size() != 2*maxLog+7 {
			t.Errorf("%s: %v, %v", path, info, err)
		}
	}
}

// TestLogGivesWayToFIFO has another user put a FIFO where the log was, which none writes
// to: the log goes on without a wait.
func TestLogGivesWayToFIFO(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.log")
	file, err := OpenLog(path, "", os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w := Bound(file, path)
	if err := errors.Join(os.Rename(path, path+".moved"), syscall.Mkfifo(path, 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := file.Truncate(2 * maxLog); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("a line\n")); err != nil {
		t.Fatal(err)
	}
}

// TestLinkedLogIsKept logs by a link: its target begins again, beside what was in it.
func TestLinkedLogIsKept(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "a.log"), filepath.Join(dir, "link")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	file, err := OpenLog(link, "", os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := file.Truncate(2 * maxLog); err != nil {
		t.Fatal(err)
	}
	if _, err := Bound(file, link).Write([]byte("a line\n")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(target + ".old"); err != nil || info.Size() != maxLog {
		t.Errorf("%v, %v", info, err)
	}
}
