// Package config owns the options of a mount: the flags of the command line, the
// keys of the user's configuration, and which of the two wins.
//
// It must never act on an option, nor know of cobra's commands. Open flags.go first,
// where each option is written down; config.go reads the file.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/size"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
	"github.com/tunesfs/tunesfs/internal/xdg"
)

// errConfig is a configuration file that cannot be used.
var errConfig = errors.New("wrong configuration")

// A config is the user's file of named sources and options:
//
//	[mount]                 # for every mount
//	cache-size = "20G"
//
//	[sources.home]          # 'tunesfs mount home DIR'
//	source = "itunes+http://nas:8080/"
//	search = ["daft punk", "abba"]
//	keep = true
type config struct {
	Mount   options                `toml:"mount"`
	Sources map[string]namedSource `toml:"sources"`
}

// A namedSource is a catalogue that a short name stands for, and the options of
// its mounts.
type namedSource struct {
	Source string `toml:"source"`
	options
}

// options are flags of mount, under their own names. Nil is not given.
type options struct {
	Search      []string      `toml:"search"`
	CacheDir    *string       `toml:"cache-dir"`
	CacheSize   *size.Bytes   `toml:"cache-size"`
	MinFree     *size.Reserve `toml:"min-free"`
	Connections *int          `toml:"connections"`
	LimitRate   *size.Bytes   `toml:"limit-rate"`
	TTL         *configTime   `toml:"ttl"`
	AllowOther  *bool         `toml:"allow-other"`
	UID         *int64        `toml:"uid"`
	GID         *int64        `toml:"gid"`
	Sidecars    *string       `toml:"sidecars"`
	Keep        *bool         `toml:"keep"`
	Log         *string       `toml:"log"`

	PasswordFile *string `toml:"password-file"`
}

// A configTime is a duration such as "1h30m".
type configTime struct{ time.Duration }

// errTime is what stands where a duration should.
var errTime = errors.New("not a duration such as 30m or 1h30m")

// UnmarshalText implements encoding.TextUnmarshaler. Its error is none of the
// time package's, which have the text in them.
func (t *configTime) UnmarshalText(text []byte) (err error) {
	if t.Duration, err = time.ParseDuration(string(text)); err != nil {
		return errTime
	}
	return nil
}

// Path returns where the configuration is.
func Path(getenv func(string) string) string {
	return filepath.Join(xdg.Config(getenv), "config.toml")
}

// Load reads the configuration. That there is none is no error.
func Load(getenv func(string) string) (config, error) {
	path := Path(getenv)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return config{}, nil
	}
	if err != nil {
		return config{}, fmt.Errorf("%w: %w", errConfig, err)
	}
	return parse(path, data)
}

// parse reads a configuration. Its errors name the line; what stands
// there they do not repeat, for it may be a secret in a wrong place.
func parse(path string, data []byte) (config, error) {
	var c config
	err := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields().Decode(&c)
	if strict, ok := errors.AsType[*toml.StrictMissingError](err); ok {
		first := strict.Errors[0]
		line, _ := first.Position()
		return config{}, fmt.Errorf("%w: %s:%d: unknown key %s", errConfig, path, line, strings.Join(first.Key(), "."))
	}
	if wrong, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, _ := wrong.Position()
		return config{}, fmt.Errorf("%w: %s:%d: %s", errConfig, path, line, explainDecode(wrong))
	}
	if err != nil {
		return config{}, fmt.Errorf("%w: %s: %w", errConfig, path, err)
	}
	return c, c.check(path)
}

// explainDecode says what cannot be decoded in the words of a configuration, not
// in those of our types.
func explainDecode(wrong *toml.DecodeError) string {
	said := strings.TrimPrefix(wrong.Error(), "toml: ")
	if kind, ok := strings.CutPrefix(said, "cannot decode TOML "); ok {
		kind, _, _ = strings.Cut(kind, " into ")
		return fmt.Sprintf("%s cannot be of the type %s", strings.Join(wrong.Key(), "."), kind)
	}
	return said
}

// check finds what the types of the fields let pass.
func (c config) check(path string) error {
	for name, s := range c.Sources {
		_, err := source.Parse(s.Source)
		switch {
		case strings.Contains(name, ":"):
			err = errors.New("its name has a colon")
		case s.Source == "":
			err = errors.New(`it has no address; add one, such as source = "itunes:"`)
		}
		if err != nil {
			return fmt.Errorf("%w: %s: source %s: %w", errConfig, path, name, err)
		}
	}
	return nil
}

// resolve returns the catalogue that a word names, an address or the name of
// one, and the options for its mounts.
func (c config) resolve(word string) (source.Source, []options, error) {
	if named, ok := c.Sources[word]; ok {
		s, err := source.Parse(named.Source)
		return s, []options{c.Mount.of(s), named.options}, err
	}
	if !strings.Contains(word, ":") {
		return source.Source{}, nil, source.Errorf(
			"it has no scheme as itunes: has, and is no name of your configuration; see 'tunesfs sources'")
	}
	s, err := source.Parse(word)
	return s, []options{c.Mount.of(s)}, err
}

// of returns the options for every mount as they are for a catalogue: what its
// servers want at most, only those may exceed who name it.
func (o options) of(s source.Source) options {
	if most := s.Connections(); most > 0 && o.Connections != nil {
		o.Connections = new(min(*o.Connections, most))
	}
	return o
}

// Find returns the catalogue that a word names, by the user's
// configuration.
func Find(word string) (source.Source, error) {
	c, err := Load(os.Getenv)
	if err != nil {
		return source.Source{}, err
	}
	s, _, err := c.resolve(word)
	return s, err
}

// AdoptSource takes what the command line leaves open from the configuration, and
// returns the catalogue that word names.
func (f *Mount) AdoptSource(word string, getenv func(string) string, given func(flag string) bool) (source.Source, error) {
	c, err := Load(getenv)
	if err != nil {
		return source.Source{}, err
	}
	src, options, err := c.resolve(word)
	for _, o := range options {
		o.apply(f, given)
	}
	return src, err
}

// apply sets what the command line left open.
func (o options) apply(f *Mount, given func(flag string) bool) {
	if o.Search != nil && !given("search") {
		f.Searches = o.Search
	}
	if o.Keep != nil && !given("keep") && !given("no-keep") {
		f.keep, f.noKeep = *o.Keep, !*o.Keep
	}
	adopt(&f.CacheDir, o.CacheDir, given("cache-dir"))
	adopt(&f.CacheSize, o.CacheSize, given("cache-size"))
	adopt(&f.MinFree, o.MinFree, given("min-free"))
	adopt(&f.connections, o.Connections, given("connections"))
	adopt(&f.LimitRate, o.LimitRate, given("limit-rate"))
	if o.TTL != nil {
		adopt(&f.TTL, &o.TTL.Duration, given("ttl"))
	}
	adopt(&f.AllowOther, o.AllowOther, given("allow-other"))
	adopt(&f.UID, o.UID, given("uid"))
	adopt(&f.GID, o.GID, given("gid"))
	adopt(&f.Sidecars, o.Sidecars, given("sidecars"))
	adopt(&f.Log, o.Log, given("log"))
	adopt(&f.PasswordFile, o.PasswordFile, given("password-file"))
}

// adopt sets a flag from the configuration, which has a value or not.
func adopt[T any](flag, value *T, given bool) {
	if value != nil && !given {
		*flag = *value
	}
}
