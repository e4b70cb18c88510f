package fs

import (
	"fmt"
	"os"
	"testing"
)

// TestOtherUsersLeaveMemory has another user open folders until their entries are a share:
// one more is EMFILE, the owner opens all, and what was closed makes room.
func TestOtherUsersLeaveMemory(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root to be somebody else")
	}
	const perFolder = 300
	w := newWorld(t, 1000)
	w.cfg.AllowOther, w.mnt = true, openFolder(t)
	w.folders = folders{func(at string) (folders, tracks []string) {
		for i := range perFolder {
			if at == "" && i < 8 {
				folders = append(folders, fmt.Sprint("d", i))
			} else if at != "" {
				tracks = append(tracks, fmt.Sprint("t", i))
			}
		}
		return folders, tracks
	}, w.origin.URL("SOS.m4a"), 1000}
	w.maxEntries = 4 * 2 * (perFolder + 10) // two folders for one user
	w.mount()
	w.sh(`ls "$M"/d* >/dev/null`)
	for _, test := range []struct {
		who  string
		uid  int
		open []string
		want string
	}{
		{"another user, the share", stranger, []string{"d0", "d1"}, "-"},
		{"another user, beyond it", stranger, []string{"d0", "d1", "d2"}, "EMFILE"},
		{"another user, one folder often", stranger, []string{"d0", "d0", "d0"}, "EMFILE"},
		{"another user, small folders", stranger, []string{".", ".tunesfs", "."}, "EMFILE"},
		{"the owner", self, []string{"d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7"}, "-"},
		{"another user, after that", stranger, []string{"d3", "d4"}, "-"},
	} {
		if got := w.tries(test.uid, "openDirs", "x", test.open...); got != test.want {
			t.Errorf("%s: %s, want %s", test.who, got, test.want)
		}
	}
}
