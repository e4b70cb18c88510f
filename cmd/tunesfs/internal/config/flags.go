package config

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/size"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
)

// What --playlist and --sidecars take.
const (
	show = "show"
	hide = "hide"
)

// DefaultMinFree is a part of the disk, but on a large one no more than fits
// many albums.
var DefaultMinFree = size.Reserve{Percent: 5, Bytes: 1e9}

// A Mount holds the options of a mount, as they were given.
type Mount struct {
	Searches    []string
	CacheDir    string
	CacheSize   size.Bytes // 0: no limit
	MinFree     size.Reserve
	connections int
	LimitRate   size.Bytes
	TTL         time.Duration
	AllowOther  bool
	UID         User  // below 0: that of the process
	GID         Group // below 0: that of the process
	playlist    string
	sidecars    string
	NoPrefetch  bool
	keep        bool
	noKeep      bool
	Daemon      bool

	PasswordFile string
	Log          string
	Debug        bool
}

// usual returns the options that nobody gave.
func usual() *Mount {
	return &Mount{CacheSize: 10e9, MinFree: DefaultMinFree, TTL: time.Hour, UID: -1, GID: -1, playlist: hide, sidecars: show}
}

// A flag is one option of a mount, written down once: for the command line, for
// the configuration, where it is a key, and for the options of mount(8).
type flag struct {
	name  string
	short string
	field func(*Mount) any // a pointer to where its value is kept
	usage string
	on    place
}

// A place is a set of the places that an option can be given in, besides the
// command line of mount.
type place int

const (
	inDemo   place = 1 << iota // the command line of demo
	inConfig                   // a key of the configuration
	inFstab                    // an option of mount(8)
)

// flags are all options of a mount.
var flags = []flag{
	{"allow-other", "", func(m *Mount) any { return &m.AllowOther }, "let other users read", inDemo | inConfig | inFstab},
	{"cache-dir", "", func(m *Mount) any { return &m.CacheDir },
		"keep listings and audio in `DIR` (default: the user's cache folder)", inConfig | inFstab},
	{"cache-size", "", func(m *Mount) any { return &m.CacheSize },
		"keep at most `BYTES` of audio of this catalog, least recently used first; 0 for no limit", inConfig | inFstab},
	{"connections", "", func(m *Mount) any { return &m.connections },
		"use at most `N` connections to a host (default 16; 3 for archive:)", inDemo | inConfig | inFstab},
	{"daemon", "", func(m *Mount) any { return &m.Daemon }, "return once mounted and searched, and serve in the background", 0},
	{"debug", "v", func(m *Mount) any { return &m.Debug }, "log every step", inDemo | inFstab},
	{"gid", "", func(m *Mount) any { return &m.GID },
		"files belong to `GROUP`, a name or a number (default: that of their user)", inDemo | inConfig | inFstab},
	{"keep", "", func(m *Mount) any { return &m.keep },
		"keep complete files after unmounting, whatever the catalog's terms say", inConfig | inFstab},
	{"limit-rate", "", func(m *Mount) any { return &m.LimitRate },
		"download at most `BYTES` a second, such as 500k or 2M; 0 for no limit", inDemo | inConfig | inFstab},
	{"log", "", func(m *Mount) any { return &m.Log },
		"log to `FILE` (default: standard error; with --daemon a file in the state folder)", inDemo | inConfig | inFstab},
	{"min-free", "", func(m *Mount) any { return &m.MinFree },
		"leave `SPACE` of the cache's disk free: bytes, or a part of it such as 5%", inConfig | inFstab},
	{"no-keep", "", func(m *Mount) any { return &m.noKeep }, "drop complete files when unmounting (default for itunes:)", inFstab},
	{"no-prefetch", "", func(m *Mount) any { return &m.NoPrefetch },
		"fetch nothing of the track after the one that is played", inDemo | inConfig | inFstab},
	{"password-file", "", func(m *Mount) any { return &m.PasswordFile },
		"sign in with the password or API key in `FILE` (default: a systemd credential tunesfs, $TUNESFS_PASSWORD, or ask)",
		inConfig | inFstab},
	{"playlist", "", func(m *Mount) any { return &m.playlist },
		"hide or `show` playlist.m3u8 in listings; it can be opened in any case", inDemo | inConfig | inFstab},
	{"search", "", func(m *Mount) any { return &m.Searches }, "make a folder for `QUERY` at once (repeatable)", inConfig | inFstab},
	{"sidecars", "", func(m *Mount) any { return &m.sidecars },
		"`hide` or show F.progress, F.pause and the like in listings", inDemo | inConfig | inFstab},
	{"ttl", "", func(m *Mount) any { return &m.TTL }, "ask again for a listing that is older than `TIME`", inDemo | inConfig | inFstab},
	{"uid", "", func(m *Mount) any { return &m.UID },
		"files belong to `USER`, a name or a number (default: who mounts)", inDemo | inConfig | inFstab},
}

// IsMountOption reports whether mount(8) takes the flag of that name as an option.
func IsMountOption(name string) bool {
	return slices.ContainsFunc(flags, func(f flag) bool { return f.name == name && f.on&inFstab != 0 })
}

// MountOptions returns the options of mount(8), as they are written there.
func MountOptions() (names []string) {
	for _, f := range flags {
		if f.on&inFstab != 0 {
			names = append(names, strings.ReplaceAll(f.name, "-", "_"))
		}
	}
	return names
}

// TakesValue reports whether the flag of that name takes a value.
func TakesValue(name string) bool {
	i := slices.IndexFunc(flags, func(f flag) bool { return f.name == name })
	if i < 0 {
		return false
	}
	_, isSwitch := flags[i].field(new(Mount)).(*bool)
	return !isSwitch
}

// AddFlags adds every flag to set, or only those that are named, and gives m their
// defaults.
func (m *Mount) AddFlags(set *pflag.FlagSet, names ...string) {
	for _, f := range flags {
		if len(names) == 0 || slices.Contains(names, f.name) {
			f.add(set, m)
		}
	}
}

// AddDemoFlags adds the flags that the demo takes, too.
func (m *Mount) AddDemoFlags(set *pflag.FlagSet) {
	for _, f := range flags {
		if f.on&inDemo != 0 {
			f.add(set, m)
		}
	}
}

// add adds the flag to set.
func (f flag) add(set *pflag.FlagSet, m *Mount) {
	f.set(m, reflect.ValueOf(f.field(usual())).Elem())
	switch to := f.field(m).(type) {
	case *bool:
		set.BoolVarP(to, f.name, f.short, *to, f.usage)
	case *int:
		set.IntVarP(to, f.name, f.short, *to, f.usage)
	case *string:
		set.StringVarP(to, f.name, f.short, *to, f.usage)
	case *[]string:
		set.StringArrayVarP(to, f.name, f.short, *to, f.usage)
	case *time.Duration:
		set.DurationVarP(to, f.name, f.short, *to, f.usage)
	case pflag.Value:
		set.VarP(to, f.name, f.short, f.usage)
	}
}

// set gives m a value of the flag's own type.
func (f flag) set(m *Mount, value reflect.Value) { reflect.ValueOf(f.field(m)).Elem().Set(value) }

// HideSidecars reports whether listings leave out the sidecars.
func (m *Mount) HideSidecars() bool { return m.sidecars == hide }

// ShowPlaylist reports whether listings have the playlists.
func (m *Mount) ShowPlaylist() bool { return m.playlist == show }

// maxID is the highest number of a user or group: the one above, -1 in 32 bits,
// means none to chown(2).
const maxID = 1<<32 - 2

func isID(n int64) bool { return 0 <= n && n <= maxID }

// Check finds what the flags' own types let pass.
func (m *Mount) Check(given func(flag string) bool) error {
	if err := cmp.Or(checkListed("playlist", m.playlist), checkListed("sidecars", m.sidecars)); err != nil {
		return err
	}
	switch {
	case m.keep && m.noKeep:
		return errors.New("--keep and --no-keep exclude each other")
	case m.CacheSize < 0 || m.LimitRate < 0: // of the configuration
		return errors.New("cache-size and limit-rate must not be below 0")
	case m.connections < 0 || given("connections") && m.connections == 0:
		return errors.New("--connections must be at least 1")
	case m.TTL <= 0:
		return errors.New("--ttl must be more than 0")
	case m.UID != -1 && !isID(int64(m.UID)), m.GID != -1 && !isID(int64(m.GID)):
		return fmt.Errorf("--uid and --gid are numbers from 0 to %d", int64(maxID))
	}
	return nil
}

// checkListed finds a value of a flag that is neither show nor hide.
func checkListed(flag, value string) error {
	if value != show && value != hide {
		return fmt.Errorf("--%s is show or hide", flag)
	}
	return nil
}

// PerHost returns how many connections a host may be given: 0 for as many as
// are usual.
func (m *Mount) PerHost(s source.Source) int {
	if m.connections == 0 {
		return s.Connections()
	}
	return m.connections
}

// Session reports whether complete files go when the mount does.
func (m *Mount) Session(s source.Source) bool {
	switch {
	case m.keep:
		return false
	case m.noKeep:
		return true
	}
	return s.StreamOnly()
}
