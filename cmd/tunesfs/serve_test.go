package main

import (
	"os"
	"os/user"
	"runtime/debug"
	"strconv"
	"testing"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/config"
)

// A long listing lets less garbage pile up, unless the user said how much.
func TestSaveMemory(t *testing.T) {
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	for set, want := range map[string]int{"100": 100, "": 50} {
		t.Setenv("GOGC", set)
		debug.SetGCPercent(100)
		saveMemory()
		if got := debug.SetGCPercent(100); got != want {
			t.Errorf("with GOGC=%q there may be %d %% of garbage, want %d", set, got, want)
		}
	}
}

// The files of another user belong to that user's own group, unless a group is named.
func TestGroupOfFiles(t *testing.T) {
	name := "daemon"
	other, err := user.Lookup(name)
	if err != nil || other.Uid == strconv.Itoa(os.Geteuid()) {
		t.Skip("this system has no user daemon:", err)
	}
	own, mine := other.Gid, strconv.Itoa(os.Getegid())
	for _, c := range []struct{ uid, gid, want string }{
		{name, "", own}, {other.Uid, "", own}, {name, "56", "56"}, {"", "56", "56"}, {"", "", mine},
		{strconv.Itoa(os.Geteuid()), "", mine}, {"4000000000", "", mine},
	} {
		flags := &config.Mount{UID: -1, GID: -1}
		if c.uid != "" {
			err = flags.UID.Set(c.uid)
		}
		if err == nil && c.gid != "" {
			err = flags.GID.Set(c.gid)
		}
		got := (&service{flags: flags}).config(nil, place{})
		if err != nil || strconv.FormatUint(uint64(got.GID), 10) != c.want {
			t.Errorf("user %q, group %q: %d, want %s; %v", c.uid, c.gid, got.GID, c.want, err)
		}
	}
}
