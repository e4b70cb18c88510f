//go:build linux

package main

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// Unmounting is success in whatever way, also the moment that the mount is there.
func TestUnmountAtOnce(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root unmounts as fast")
	}
	s, r := newSession(t), newRemote(t, fetchtest.Random(1, 300_000))
	for _, how := range []int{0, unix.MNT_DETACH, unix.MNT_FORCE} {
		for range 5 {
			m := s.startMount(r.source)
			m.mayWarn = "somebody still uses the folder" // as another namespace of mounts may
			for unix.Unmount(s.mnt, how) != nil {
				select {
				case <-m.done:
					t.Fatalf("the mount failed: %s", &m.errs)
				default:
				}
			}
			m.finish()
		}
	}
}

// A mount that somebody else takes away at the same time is taken away.
func TestUnmountedBySomebodyElse(t *testing.T) {
	if err := takeAway(t.Context(), t.TempDir(), nil); err != nil {
		t.Error(err)
	}
}
