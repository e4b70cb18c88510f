package cachedir

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
	"github.com/tunesfs/tunesfs/internal/owned"
)

// A folder that another user made first, or can change, is refused, and a link in it
// leads nowhere.
func TestMakeRefusesOthersFolders(t *testing.T) {
	s := source.Source{Scheme: "demo"}
	for name, test := range map[string]struct {
		spoil func(root, dir string) error
		root  bool // only root can spoil so
		mend  string
	}{
		"root is of all":       {func(root, _ string) error { return os.Chmod(root, 0o777) }, false, "chmod go-w "},
		"the catalog's is":     {func(_, dir string) error { return os.Chmod(dir, 0o777) }, false, "chmod go-w "},
		"the catalog's sticky": {func(_, dir string) error { return os.Chmod(dir, 0o777|os.ModeSticky) }, false, "chmod go-w "},
		"another user's":       {func(_, dir string) error { return os.Chown(dir, 4242, 4242) }, true, "chown 0 "},
		"another user's link": {func(root, dir string) error {
			real := filepath.Join(root, "real")
			return errors.Join(os.Rename(dir, real), os.Symlink(real, dir), os.Lchown(dir, 4242, 4242))
		}, true, "chown -h 0 "},
	} {
		if test.root && os.Geteuid() != 0 {
			continue
		}
		root := t.TempDir()
		dir := filepath.Join(root, s.Folder())
		if err := errors.Join(os.Mkdir(dir, 0o700), test.spoil(root, dir)); err != nil {
			t.Fatal(err)
		}
		if _, err := Make(root, s); !errors.Is(err, owned.ErrShared) || !strings.Contains(err.Error(), test.mend) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(filepath.Join(dir, sourceFile)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: it was used: %v", name, err)
		}
	}
	root, victim := t.TempDir(), filepath.Join(t.TempDir(), "victim")
	link := filepath.Join(root, s.Folder(), sourceFile)
	if err := errors.Join(os.Mkdir(filepath.Dir(link), 0o700), os.WriteFile(victim, []byte("kept"), 0o600), os.Symlink(victim, link), os.Symlink(victim, link+".tmp")); err != nil {
		t.Fatal(err)
	}
	if _, err := Make(root, s); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(victim); string(text) != "kept" || err != nil {
		t.Errorf("the file that links led to holds %q, %v", text, err)
	}
	if info, err := os.Lstat(link); err != nil || !info.Mode().IsRegular() {
		t.Errorf("%v, %v", info, err)
	}
}

// Nothing is removed from a folder that another user can change.
func TestClearRefusesOthersFolders(t *testing.T) {
	root, s := t.TempDir(), source.Source{Scheme: "demo"}
	dir, err := Make(root, s)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := Parts(root)
	if err != nil || len(parts) != 1 {
		t.Fatal(parts, err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := parts[0].Unused(); !errors.Is(err, owned.ErrShared) {
		t.Errorf("Unused: %v", err)
	}
	if _, err := parts[0].Clear(); !errors.Is(err, owned.ErrShared) {
		t.Errorf("Clear: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, sourceFile)); err != nil {
		t.Error(err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := parts[0].Clear(); err != nil {
		t.Errorf("once it is mended: %v", err)
	}
}

// A sticky folder may hold ours.
func TestMakeInASticky(t *testing.T) {
	root := t.TempDir()
	if err := os.Chmod(root, 0o777|os.ModeSticky); err != nil {
		t.Fatal(err)
	}
	if _, err := Make(root, source.Source{Scheme: "demo"}); err != nil {
		t.Error(err)
	}
}
