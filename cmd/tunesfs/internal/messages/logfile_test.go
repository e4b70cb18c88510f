package messages

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
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
