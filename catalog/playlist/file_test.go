package playlist

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "my list.m3u")
	body := "song.mp3\n../song.mp3\n/etc/passwd\nfile:///etc/passwd\n//host/x.mp3\nhttp://host/a.mp3?token=1\nhttp://host/b.mp3\n"
	if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	s := newSource(t, Options{File: path, Env: catalog.Env{Logger: slog.New(slog.NewTextHandler(&log, nil))}})
	got := tracksOf(t, s)
	if len(got) != 2 || got[0].URL != "" || got[1].URL != "http://host/b.mp3" {
		t.Errorf("got %+v", got)
	}
	if at, err := s.Locate(t.Context(), got[0].ID); err != nil || at.URL != "http://host/a.mp3?token=1" {
		t.Errorf("located at %+v, %v", at, err)
	}
	if logged := log.String(); strings.Count(logged, "\n") != 1 || !strings.Contains(logged, "local_files=3 not_http=2") {
		t.Errorf("logged %q", logged)
	}
}

func TestFilesThatAreNone(t *testing.T) {
	dir := t.TempDir()
	pipe, big, secret := filepath.Join(dir, "pipe"), filepath.Join(dir, "big"), filepath.Join(dir, "secret")
	if err := errors.Join(syscall.Mkfifo(pipe, 0o600), os.WriteFile(secret, nil, 0), os.WriteFile(big, nil, 0o600), os.Truncate(big, maxBody+1)); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{
		filepath.Join(dir, "none"): catalog.ErrNotFound,
		dir:                        catalog.ErrBadResponse,
		pipe:                       catalog.ErrBadResponse,
		"/dev/zero":                catalog.ErrBadResponse,
		big:                        catalog.ErrBadResponse,
		secret:                     catalog.ErrDenied,
	} {
		if path == secret && os.Geteuid() == 0 {
			continue // root may read anything
		}
		if _, err := newSource(t, Options{File: path}).List(t.Context(), ""); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newSource(t, Options{File: big}).List(ctx, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}
