package config

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/size"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
)

// What --sidecars takes.
const (
	sidecarsShow = "show"
	SidecarsHide = "hide"
)

// defaultCacheSize is how much audio of a catalogue is kept.
const defaultCacheSize size.Bytes = 10e9

// DefaultMinFree is a part of the disk, but on a large one no more than fits
// many albums.
var DefaultMinFree = size.Reserve{Percent: 5, Bytes: 1e9}

// A Mount holds the flags of mount as they were given.
type Mount struct {
	Searches    []string
	CacheDir    string
	CacheSize   size.Bytes // 0: no limit
	MinFree     size.Reserve
	connections int
	LimitRate   size.Bytes
	TTL         time.Duration
	AllowOther  bool
	UID, GID    int64 // below 0: those of the process
	Sidecars    string
	keep        bool
	noKeep      bool
	Daemon      bool

	PasswordFile string
	Log          string
	Debug        bool
}

// Add adds all of them.
func (f *Mount) Add(flags *pflag.FlagSet) {
	f.AddServing(flags)
	flags.StringArrayVar(&f.Searches, "search", nil, "make a folder for `QUERY` at once (repeatable)")
	CacheDirFlag(flags, &f.CacheDir)
	PasswordFileFlag(flags, &f.PasswordFile)
	f.CacheSize, f.MinFree = defaultCacheSize, DefaultMinFree
	flags.Var(&f.CacheSize, "cache-size", "keep at most `BYTES` of audio of this catalogue, least recently used first; 0 for no limit")
	flags.Var(&f.MinFree, "min-free", "leave `SPACE` of the cache's disk free: bytes, or a part of it such as 5%")
	flags.BoolVar(&f.keep, "keep", false, "keep complete files after unmounting, whatever the catalogue's terms say")
	flags.BoolVar(&f.noKeep, "no-keep", false, "drop complete files when unmounting (default for itunes:)")
	flags.BoolVar(&f.Daemon, "daemon", false, "return once mounted and searched, and serve in the background")
}

// AddServing adds what the demo takes too.
func (f *Mount) AddServing(flags *pflag.FlagSet) {
	flags.IntVar(&f.connections, "connections", 0, "use at most `N` connections to a host (default 16; 3 for archive:)")
	flags.Var(&f.LimitRate, "limit-rate", "download at most `BYTES` a second, such as 500k or 2M")
	flags.DurationVar(&f.TTL, "ttl", time.Hour, "ask again for a listing that is older than `TIME`")
	flags.BoolVar(&f.AllowOther, "allow-other", false, "let other users read")
	flags.Int64Var(&f.UID, "uid", -1, "files belong to user `ID` (default: who mounts)")
	flags.Int64Var(&f.GID, "gid", -1, "files belong to group `ID` (default: that of who mounts)")
	flags.Lookup("uid").DefValue, flags.Lookup("gid").DefValue = "0", "0" // shown as no default
	flags.StringVar(&f.Sidecars, "sidecars", sidecarsShow, "`hide` or show F.progress, F.pause and the like in listings")
	flags.StringVar(&f.Log, "log", "", "log to `FILE` (default: standard error; with --daemon a file in the state folder)")
	flags.BoolVarP(&f.Debug, "debug", "v", false, "log every step")
}

// maxID is the highest number of a user or group: the one above, -1 in 32 bits,
// means none to chown(2).
const maxID = 1<<32 - 2

func isID(n int64) bool { return 0 <= n && n <= maxID }

// Check finds what the flags' own types let pass.
func (f *Mount) Check(given func(flag string) bool) error {
	switch {
	case f.keep && f.noKeep:
		return errors.New("--keep and --no-keep exclude each other")
	case f.Sidecars != sidecarsShow && f.Sidecars != SidecarsHide:
		return fmt.Errorf("--sidecars is show or hide, not %q", f.Sidecars)
	case f.CacheSize < 0 || f.LimitRate < 0: // of the configuration
		return errors.New("cache-size and limit-rate must not be below 0")
	case f.connections < 0 || given("connections") && f.connections == 0:
		return errors.New("--connections must be at least 1")
	case given("limit-rate") && f.LimitRate == 0:
		return errors.New("--limit-rate must be at least 1")
	case f.TTL <= 0:
		return errors.New("--ttl must be more than 0")
	case f.UID != -1 && !isID(f.UID), f.GID != -1 && !isID(f.GID):
		return fmt.Errorf("--uid and --gid are numbers from 0 to %d", int64(maxID))
	}
	return nil
}

// PerHost returns how many connections a host may be given: 0 for as many as
// are usual.
func (f *Mount) PerHost(s source.Source) int {
	if f.connections == 0 {
		return s.Connections()
	}
	return f.connections
}

// Session reports whether complete files go when the mount does.
func (f *Mount) Session(s source.Source) bool {
	switch {
	case f.keep:
		return false
	case f.noKeep:
		return true
	}
	return s.StreamOnly()
}

// PasswordFileFlag is shared by all that sign in.
func PasswordFileFlag(flags *pflag.FlagSet, file *string) {
	flags.StringVar(file, "password-file", "",
		"sign in with the password or API key in `FILE` (default: a systemd credential tunesfs, $TUNESFS_PASSWORD, or ask)")
}

// CacheDirFlag is shared by all that use the cache.
func CacheDirFlag(flags *pflag.FlagSet, dir *string) {
	flags.StringVar(dir, "cache-dir", "", "keep listings and audio in `DIR` (default: the user's cache folder)")
}
