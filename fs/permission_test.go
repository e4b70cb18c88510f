package fs

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/tunesfs/tunesfs/internal/xattrs"
)

const (
	owner    = 12345
	stranger = 65534
)

// readings and controls are what the one and the other right allow, in an order
// in which each can succeed.
var (
	readings = [][]string{
		{"list", "."}, {"list", "abba"}, {"list", ".tunesfs"}, {"stat", sosPath}, {"open", sosPath}, {"read", sosPath, "1000"},
		{"open", sosPath + ".progress"}, {"open", sosPath + ".pause"}, {"open", "abba/playlist.m3u8"}, {"open", ".tunesfs/downloads"},
		{"access for reading", sosPath}, {"access for reading", sosPath + ".pause"}, {"access for reading", "abba"},
		{"getxattr", sosPath, xattrs.Control}, {"getxattr", "abba", "user.tunesfs.state"},
	}
	controls = [][]string{
		{"access for writing", sosPath + ".pause"}, {"access for writing", "abba"}, {"access for writing", "."},
		{"setxattr", sosPath, xattrs.Control, "pause"}, {"setxattr", "abba", xattrs.Control, "pause"}, {"setxattr", ".", xattrs.Control, "pause"},
		{"write", sosPath + ".pause"}, {"touch", sosPath + ".pause"}, {"truncate", sosPath + ".pause"},
		{"unlink", sosPath + ".pause"}, {"unlink", sosPath}, {"mkdir", "new"}, {"rmdir", "abba"},
		{"renameTo", "old", "older"},
	}
)

// testPermissions has different users try to read and to control.
func testPermissions(t *testing.T, table table) {
	if os.Getuid() != 0 {
		t.Skip("needs root to be somebody else")
	}
	users := map[string]struct {
		uid   int
		other bool
	}{
		"the owner, with `--allow-other`":    {owner, true},
		"root":                               {0, false},
		"anybody else, with `--allow-other`": {stranger, true},
		"anybody else":                       {stranger, false},
	}
	rights := map[string][]string{}
	for _, row := range table.rows {
		rights[row[0]] = row[1:]
	}
	for who, user := range users {
		t.Run(who, func(t *testing.T) {
			if rights[who] == nil {
				t.Fatalf("semantics.md does not say what %s may", who)
			}
			w := newWorld(t, 300_000)
			w.cfg.AllowOther, w.cfg.UID = user.other, owner
			w.mnt = openFolder(t)
			w.mount()
			w.abba()
			w.sh(`mkdir "$M/old"`)
			w.may(user.uid, readings, rights[who][0])
			w.may(user.uid, controls, rights[who][1])
		})
	}
	if len(rights) != len(users) {
		t.Errorf("there are %d kinds of users, of which %d are tried", len(rights), len(users))
	}
}

// may has a user make attempts, which must all end with an error number, or
// succeed where the right is yes.
func (w *world) may(uid int, attempts [][]string, right string) {
	w.t.Helper()
	want := right
	if right == "yes" {
		want = "-"
	}
	for _, call := range attempts {
		if got := w.tries(uid, call[0], call[1], call[2:]...); got != want {
			w.t.Errorf("%q: %s, want %s", call, got, want)
		}
	}
}

// openFolder returns an empty folder that other users can reach.
func openFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "tunesfs-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	mnt := filepath.Join(dir, "m")
	for _, d := range []string{dir, mnt} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return mnt
}
