// Package option reads the options that ride on a catalog's address.
//
// It owns the form of an option and the errors for a bad one. It must never know
// which options a service has. Everything is in option.go.
package option

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
)

// A Setter takes the value of one option.
type Setter func(value string) error

// Parse gives the options of a query to their setters, by key, in the order of
// the keys; each may stand there once. An unknown key is an error that names
// the known ones.
func Parse(query url.Values, setters map[string]Setter) error {
	for _, key := range slices.Sorted(maps.Keys(query)) {
		set, ok := setters[key]
		if !ok {
			known := strings.Join(slices.Sorted(maps.Keys(setters)), ", ")
			return fmt.Errorf("unknown option%s: known are %s", quoted(key, query.Get(key)), known)
		}
		values := query[key]
		if len(values) != 1 || values[0] == "" {
			return fmt.Errorf("option %s needs exactly one value", key)
		}
		if err := set(values[0]); err != nil {
			return err
		}
	}
	return nil
}

// quoted returns the name of an option as an error repeats it. A word without a value, or
// of other characters than a name has, may be a secret in a wrong place.
func quoted(key, value string) string {
	if value == "" || !catalog.IsOptionName(key) {
		return ""
	}
	return fmt.Sprintf(" %q", key)
}

// Bad is the error for an option whose value is not what it must be. It does not repeat the
// value, which may be a secret in the wrong place.
func Bad(key, want string) error {
	return fmt.Errorf("option %s: it must be %s", key, want)
}

// Text returns a Setter that stores a value as it is.
func Text(to *string) Setter {
	return func(value string) error { *to = value; return nil }
}

// Int returns a Setter for a whole number from low to high.
func Int(to *int, key string, low, high int) Setter {
	return func(value string) error {
		n, err := strconv.Atoi(value)
		if err != nil || n < low || n > high {
			return Bad(key, fmt.Sprintf("a number from %d to %d", low, high))
		}
		*to = n
		return nil
	}
}

// Choice returns a Setter for one of some words.
func Choice(to *string, key string, words ...string) Setter {
	return func(value string) error {
		if !slices.Contains(words, value) {
			last := len(words) - 1
			return Bad(key, strings.Join(words[:last], ", ")+" or "+words[last])
		}
		*to = value
		return nil
	}
}
