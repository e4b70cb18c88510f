package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/pflag"
)

// What --sidecars takes.
const (
	sidecarsShow = "show"
	sidecarsHide = "hide"
)

// defaultCacheSize is how much audio of a catalogue is kept.
const defaultCacheSize byteCount = 10e9

// defaultMinFree is a part of the disk, but on a large one no more than fits
// many albums.
var defaultMinFree = freeSpace{percent: 5, bytes: 1e9}

// mountFlags are the flags of mount as they were given.
type mountFlags struct {
	searches    []string
	cacheDir    string
	cacheSize   byteCount // 0: no limit
	minFree     freeSpace
	connections int
	limitRate   byteCount
	ttl         time.Duration
	allowOther  bool
	uid, gid    int64 // below 0: those of the process
	sidecars    string
	keep        bool
	noKeep      bool
	daemon      bool

	passwordFile string
	log          string
	debug        bool
}

// add adds all of them.
func (f *mountFlags) add(flags *pflag.FlagSet) {
	f.addServing(flags)
	flags.StringArrayVar(&f.searches, "search", nil, "make a folder for `QUERY` at once (repeatable)")
	cacheDirFlag(flags, &f.cacheDir)
	passwordFileFlag(flags, &f.passwordFile)
	f.cacheSize, f.minFree = defaultCacheSize, defaultMinFree
	flags.Var(&f.cacheSize, "cache-size", "keep at most `BYTES` of audio of this catalogue, least recently used first; 0 for no limit")
	flags.Var(&f.minFree, "min-free", "leave `SPACE` of the cache's disk free: bytes, or a part of it such as 5%")
	flags.BoolVar(&f.keep, "keep", false, "keep complete files after unmounting, whatever the catalogue's terms say")
	flags.BoolVar(&f.noKeep, "no-keep", false, "drop complete files when unmounting (default for itunes:)")
	flags.BoolVar(&f.daemon, "daemon", false, "return once mounted and searched, and serve in the background")
}

// addServing adds what the demo takes too.
func (f *mountFlags) addServing(flags *pflag.FlagSet) {
	flags.IntVar(&f.connections, "connections", 0, "use at most `N` connections to a host (default 16; 3 for archive:)")
	flags.Var(&f.limitRate, "limit-rate", "download at most `BYTES` a second, such as 500k or 2M")
	flags.DurationVar(&f.ttl, "ttl", time.Hour, "ask again for a listing that is older than `TIME`")
	flags.BoolVar(&f.allowOther, "allow-other", false, "let other users read")
	flags.Int64Var(&f.uid, "uid", -1, "files belong to user `ID` (default: who mounts)")
	flags.Int64Var(&f.gid, "gid", -1, "files belong to group `ID` (default: that of who mounts)")
	flags.Lookup("uid").DefValue, flags.Lookup("gid").DefValue = "0", "0" // shown as no default
	flags.StringVar(&f.sidecars, "sidecars", sidecarsShow, "`hide` or show F.progress, F.pause and the like in listings")
	flags.StringVar(&f.log, "log", "", "log to `FILE` (default: standard error; with --daemon a file in the state folder)")
	flags.BoolVarP(&f.debug, "debug", "v", false, "log every step")
}

// maxID is the highest number of a user or group: the one above, -1 in 32 bits,
// means none to chown(2).
const maxID = 1<<32 - 2

func isID(n int64) bool { return 0 <= n && n <= maxID }

// check finds what the flags' own types let pass.
func (f *mountFlags) check(given func(flag string) bool) error {
	switch {
	case f.keep && f.noKeep:
		return errors.New("--keep and --no-keep exclude each other")
	case f.sidecars != sidecarsShow && f.sidecars != sidecarsHide:
		return fmt.Errorf("--sidecars is show or hide, not %q", f.sidecars)
	case f.cacheSize < 0 || f.limitRate < 0: // of the configuration
		return errors.New("cache-size and limit-rate must not be below 0")
	case f.connections < 0 || given("connections") && f.connections == 0:
		return errors.New("--connections must be at least 1")
	case given("limit-rate") && f.limitRate == 0:
		return errors.New("--limit-rate must be at least 1")
	case f.ttl <= 0:
		return errors.New("--ttl must be more than 0")
	case f.uid != -1 && !isID(f.uid), f.gid != -1 && !isID(f.gid):
		return fmt.Errorf("--uid and --gid are numbers from 0 to %d", int64(maxID))
	}
	return nil
}

// perHost returns how many connections a host may be given: 0 for as many as
// are usual.
func (f *mountFlags) perHost(s source) int {
	if f.connections == 0 {
		return s.connections()
	}
	return f.connections
}

// session reports whether complete files go when the mount does.
func (f *mountFlags) session(s source) bool {
	switch {
	case f.keep:
		return false
	case f.noKeep:
		return true
	}
	return s.streamOnly()
}

// passwordFileFlag is shared by all that sign in.
func passwordFileFlag(flags *pflag.FlagSet, file *string) {
	flags.StringVar(file, "password-file", "",
		"sign in with the password or API key in `FILE` (default: a systemd credential tunesfs, $TUNESFS_PASSWORD, or ask)")
}

// cacheDirFlag is shared by all that use the cache.
func cacheDirFlag(flags *pflag.FlagSet, dir *string) {
	flags.StringVar(dir, "cache-dir", "", "keep listings and audio in `DIR` (default: the user's cache folder)")
}
