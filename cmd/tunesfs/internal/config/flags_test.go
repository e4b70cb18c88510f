package config

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// Which option can be given where: README and the help promise it.
func TestWhereFlagsCanBeGiven(t *testing.T) {
	var inFile, fstab []string
	for _, f := range flags {
		if f.on&inConfig != 0 {
			inFile = append(inFile, f.name)
		}
		if IsMountOption(f.name) {
			fstab = append(fstab, f.name)
		}
	}
	mount, demo := pflag.NewFlagSet("mount", pflag.ContinueOnError), pflag.NewFlagSet("demo", pflag.ContinueOnError)
	new(Mount).AddFlags(mount)
	new(Mount).AddDemoFlags(demo)
	names := func(set *pflag.FlagSet) (names []string) {
		set.VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		return names
	}
	for _, tt := range []struct {
		got  []string
		want string
	}{
		{names(mount), "allow-other cache-dir cache-size connections daemon debug gid keep limit-rate log min-free no-keep no-prefetch password-file playlist search sidecars ttl uid"},
		{names(demo), "allow-other connections debug gid limit-rate log no-prefetch playlist sidecars ttl uid"},
		{inFile, "allow-other cache-dir cache-size connections gid keep limit-rate log min-free no-prefetch password-file playlist search sidecars ttl uid"},
		{fstab, "allow-other cache-dir cache-size connections debug gid keep limit-rate log min-free no-keep no-prefetch password-file playlist search sidecars ttl uid"},
	} {
		if !slices.Equal(tt.got, strings.Fields(tt.want)) {
			t.Errorf("got  %s\nwant %s", strings.Join(tt.got, " "), tt.want)
		}
	}
}

// An option that nobody gives has the value that the help promises; one that a
// command does not take is zero.
func TestDefaults(t *testing.T) {
	m := new(Mount)
	m.AddFlags(pflag.NewFlagSet("mount", pflag.ContinueOnError))
	if m.CacheSize != 10_000_000_000 || m.MinFree.Percent != 5 || m.MinFree.Bytes != 1_000_000_000 || m.TTL.Hours() != 1 || m.UID != -1 || m.GID != -1 || m.HideSidecars() {
		t.Errorf("got %+v", m)
	}
	m = new(Mount)
	m.AddDemoFlags(pflag.NewFlagSet("demo", pflag.ContinueOnError))
	if m.CacheSize != 0 || m.MinFree.Percent != 0 || m.TTL.Hours() != 1 || m.UID != -1 {
		t.Errorf("got %+v", m)
	}
}
