// Package config owns the options of a mount: the flags of the command line, the
// keys of the user's configuration, and which of the two wins.
//
// It must never act on an option, nor know of cobra's commands. Open flags.go first,
// where each option is written down; config.go reads the file, by the keys of keys.go.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
	"github.com/tunesfs/tunesfs/internal/xdg"
)

// errConfig is a configuration file that cannot be used.
var errConfig = errors.New("wrong configuration")

// A File is the user's configuration of named sources and options:
//
//	[mount]                 # for every mount
//	cache-size = "20G"
//
//	[sources.home]          # 'tunesfs mount home DIR'
//	source = "itunes+http://nas:8080/"
//	search = ["daft punk", "abba"]
//	keep = true
type File struct {
	mount   options
	Sources map[string]NamedSource
}

// A NamedSource is a catalog that a short name stands for, and the options of
// its mounts.
type NamedSource struct {
	Source  string
	options options
}

// Path returns where the configuration is.
func Path(getenv func(string) string) string {
	return filepath.Join(xdg.Config(getenv), "config.toml")
}

// Load reads the configuration. That there is none is no error.
func Load(getenv func(string) string) (File, error) {
	path := Path(getenv)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return File{}, nil
	}
	if err != nil {
		return File{}, fmt.Errorf("%w: %w", errConfig, err)
	}
	return parse(path, data)
}

// parse reads a configuration. Its errors name the line; what stands
// there they do not repeat, for it may be a secret in a wrong place.
func parse(path string, data []byte) (File, error) {
	into := reflect.New(fileType())
	err := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields().Decode(into.Interface())
	if strict, ok := errors.AsType[*toml.StrictMissingError](err); ok {
		first := strict.Errors[0]
		line, _ := first.Position()
		return File{}, fmt.Errorf("%w: %s:%d: unknown key %s", errConfig, path, line, strings.Join(first.Key(), "."))
	}
	if wrong, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, _ := wrong.Position()
		return File{}, fmt.Errorf("%w: %s:%d: %s", errConfig, path, line, explainDecode(wrong))
	}
	if err != nil {
		return File{}, fmt.Errorf("%w: %s: %w", errConfig, path, err)
	}
	c := fileOf(into.Elem())
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
func (c File) check(path string) error {
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

// resolve returns the catalog that a word names, an address or the name of
// one, and the options for its mounts.
func (c File) resolve(word string) (source.Source, []options, error) {
	if named, ok := c.Sources[word]; ok {
		s, err := source.Parse(named.Source)
		return s, []options{c.mount.of(s), named.options}, err
	}
	if !strings.Contains(word, ":") {
		if _, err := source.Parse(word + ":"); err == nil {
			return source.Source{}, nil, source.Errorf("write it with a colon: %s:", strings.ToLower(word))
		}
		return source.Source{}, nil, source.Errorf(
			"it has no scheme as itunes: has, and is no name of your configuration; see 'tunesfs sources'")
	}
	s, err := source.Parse(word)
	return s, []options{c.mount.of(s)}, err
}

// Find returns the catalog that a word names, by the user's
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
// returns the catalog that word names.
func (m *Mount) AdoptSource(word string, getenv func(string) string, given func(flag string) bool) (source.Source, error) {
	c, err := Load(getenv)
	if err != nil {
		return source.Source{}, err
	}
	src, options, err := c.resolve(word)
	for _, o := range options {
		o.apply(m, given)
	}
	return src, err
}
