//go:build linux

package main

import (
	"os"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// TestLogOfAMountIsBounded mounts with a log that an earlier version let grow, in the
// foreground and as a daemon: a new one begins, and 8 MiB of the old one are kept.
func TestLogOfAMountIsBounded(t *testing.T) {
	t.Parallel()
	i := newIsland(t, fetchtest.Random(1, 1000))
	source := "itunes+http://" + i.address + "/"
	for name, mount := range map[string]string{
		"foreground": `tunesfs mount --log l -v "$S" "$M" 2>said & until mountpoint -q "$M"; do sleep .05; done; ls "$M"; tunesfs unmount "$M"; wait`,
		"daemon":     `tunesfs mount --daemon --log l -v "$S" "$M"; ls "$M"; tunesfs unmount "$M"`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			needTools(t, "truncate", "mountpoint")
			s := newSession(t)
			s.env = append(s.env, "S="+source)
			s.sh(`cd "` + s.tmp + `"; truncate -s 40M l; ` + mount)
			for _, file := range []string{"/l", "/l.old"} {
				info, err := os.Stat(s.tmp + file)
				if err != nil || info.Size() > 8<<20 || info.Size() == 0 {
					t.Errorf("%s: %+v, %v", file, info, err)
				}
			}
		})
	}
}
