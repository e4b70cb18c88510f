package fs

import (
	"testing"
	"time"

	"github.com/hanwen/go-fuse/v2/fuse"
)

// TestPresses holds the changes of attributes that press a button.
func TestPresses(t *testing.T) {
	now := time.Date(2000, 1, 1, 0, 0, 0, 700_000_000, time.UTC)
	const none = time.Duration(1 << 62)
	for name, c := range map[string]struct {
		valid        uint32
		atime, mtime time.Duration // from now
		want         bool
	}{
		"nothing":                      {0, none, none, false},
		"a size":                       {fuse.FATTR_SIZE, none, none, true},
		"a size, and times long ago":   {fuse.FATTR_SIZE, -time.Hour, -time.Hour, true},
		"a mode":                       {fuse.FATTR_MODE, none, none, false},
		"an owner":                     {fuse.FATTR_UID | fuse.FATTR_GID, none, none, false},
		"sshfs, in whole seconds":      {0, -700 * time.Millisecond, -700 * time.Millisecond, true},
		"2 seconds ago":                {0, none, -2 * time.Second, true},
		"2.1 seconds ago":              {0, none, -2100 * time.Millisecond, false},
		"in a second":                  {0, none, time.Second, true},
		"in 2.1 seconds":               {0, none, 2100 * time.Millisecond, false},
		"1970":                         {0, -30 * 365 * 24 * time.Hour, -30 * 365 * 24 * time.Hour, false},
		"the time of access alone":     {0, -time.Second, none, true},
		"the same, long ago":           {0, -time.Hour, none, false},
		"a copy of what was just read": {0, 0, -time.Hour, false},
		"a change now":                 {0, -time.Hour, 0, true},
	} {
		in := &fuse.SetAttrIn{}
		in.Valid = c.valid
		if c.atime != none {
			in.Valid |= fuse.FATTR_ATIME
			in.Atime, in.Atimensec = uint64(now.Add(c.atime).Unix()), uint32(now.Add(c.atime).Nanosecond())
		}
		if c.mtime != none {
			in.Valid |= fuse.FATTR_MTIME
			in.Mtime, in.Mtimensec = uint64(now.Add(c.mtime).Unix()), uint32(now.Add(c.mtime).Nanosecond())
		}
		if got := presses(in, now); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	// The kernel says that a time is now.
	for valid, want := range map[uint32]bool{
		fuse.FATTR_MTIME | fuse.FATTR_MTIME_NOW:                    true,
		fuse.FATTR_ATIME | fuse.FATTR_ATIME_NOW:                    true,
		fuse.FATTR_MTIME | fuse.FATTR_ATIME | fuse.FATTR_ATIME_NOW: false, // rsync -t
	} {
		in := &fuse.SetAttrIn{}
		in.Valid = valid
		if got := presses(in, time.Now()); got != want {
			t.Errorf("%#x: %v, want %v", valid, got, want)
		}
	}
}
