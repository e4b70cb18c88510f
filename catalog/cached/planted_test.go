package cached

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// A folder of listings that is a link, or that others can change, is not used: it stays
// as it is, and listings come from the service.
func TestPlantedFolder(t *testing.T) {
	for name, plant := range map[string]func(made, dir string) error{
		"link": func(made, dir string) error { return os.Symlink(made, dir) },
		"of all users": func(made, dir string) error {
			return errors.Join(os.Rename(made, dir), os.Chmod(dir, 0o777), os.Symlink(dir, made))
		},
		"another user's": func(made, dir string) error {
			if os.Geteuid() != 0 {
				return os.Symlink(made, dir) // only root can give a folder away
			}
			return errors.Join(os.Rename(made, dir), os.Chown(dir, 4242, 4242), os.Symlink(dir, made))
		},
	} {
		top := t.TempDir()
		made, dir := filepath.Join(top, "made"), filepath.Join(top, "cache", "listings")
		s := &service{tracks: songs("1")}
		found(t, s.cached(t, Options{Dir: made}))
		half := filepath.Join(made, "half.v1.tmp") // as a crash leaves it
		if err := errors.Join(os.WriteFile(half, nil, 0o600), os.Mkdir(filepath.Dir(dir), 0o700), plant(made, dir)); err != nil {
			t.Fatal(err)
		}
		before := contents(t, made)
		s.set(func(s *service) { s.tracks = songs("2") })
		c := s.cached(t, Options{Dir: dir, MaxDisk: 1}) // which leaves room for none
		wantEqual(t, name, found(t, c), "2=A - B.mp3")
		if _, err := c.List(t.Context(), "x"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		c.disk.use(key{arg: "x"})
		wantEqual(t, name+": its files", contents(t, made), before...)
	}
}

// contents returns the names in a folder with the texts and times of the files.
func contents(t *testing.T, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		info, infoErr := e.Info()
		if err := errors.Join(err, infoErr); err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("%s %x %v", e.Name(), text, info.ModTime()))
	}
	return all
}
