package cachedir

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
	"github.com/tunesfs/tunesfs/internal/durable"
)

func TestCacheRoot(t *testing.T) {
	tests := []struct {
		named string
		env   map[string]string
		want  string
	}{
		{"/x/y", map[string]string{"HOME": "/h"}, "/x/y"},
		{"", map[string]string{"XDG_CACHE_HOME": "/c", "HOME": "/h"}, "/c/tunesfs"},
		{"", map[string]string{"XDG_CACHE_HOME": "relative", "HOME": "/h"}, "/h/.cache/tunesfs"},
		{"", map[string]string{"HOME": "/h"}, "/h/.cache/tunesfs"},
		{"", nil, "/var/cache/tunesfs"},
	}
	for _, tt := range tests {
		got, err := Root(tt.named, func(name string) string { return tt.env[name] })
		if err != nil || got != tt.want {
			t.Errorf("cacheRoot(%q, %v) = %q, %v; want %q", tt.named, tt.env, got, err, tt.want)
		}
	}
}

func TestMakeCatalogDir(t *testing.T) {
	s, err := source.Parse("itunes:?country=de")
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(t.TempDir(), "not", "there", "yet")
	dir, err := Make(root, s)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has mode %v (%v), want 0700", info.Mode(), err)
	}
	inTheWay := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(inTheWay, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Make(inTheWay, s); !errors.Is(err, ErrUnusable) {
		t.Errorf("a file as cache folder: %v, want %v", err, ErrUnusable)
	}
}

// Each folder that Make makes is durable, also that of a process which died early.
func TestMakeIsDurable(t *testing.T) {
	s, err := source.Parse("itunes:?country=de")
	if err != nil {
		t.Fatal(err)
	}
	top := t.TempDir()
	root := filepath.Join(top, "not", "yet")
	for _, want := range [][]string{{top, filepath.Dir(root), root}, {filepath.Dir(root), root}} {
		synced := map[string]bool{}
		dir, err := makeBy(durable.Files{Hook: func(s durable.Step) error {
			if s.Kind == "syncdir" {
				synced[s.Path] = true
			}
			return nil
		}}, root, s)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range append(want, dir) {
			if !synced[path] {
				t.Errorf("%s is not synced", path)
			}
		}
	}
}

// Clear frees as many bytes as Droppable tells, and leaves the saved searches.
func TestClear(t *testing.T) {
	root, s := t.TempDir(), source.Source{Scheme: "demo"}
	dir, err := Make(root, s)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"state/searches.json", "listings/a", "ab/cd.data"} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, make([]byte, 100_000), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	p := Part{Source: "demo:", Dir: dir}
	before, whole := p.Droppable(), p.Size()
	if before < 200_000 || whole < before+100_000 {
		t.Errorf("%d bytes of %d can be dropped", before, whole)
	}
	if freed, err := p.Clear(); freed != before || err != nil {
		t.Errorf("%d bytes are free, of %d: %v", freed, before, err)
	}
	if left := p.Droppable(); left != 0 || p.Size() < 100_000 {
		t.Errorf("%d bytes can be dropped yet, %d are left", left, p.Size())
	}
}
