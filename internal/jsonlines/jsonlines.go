// Package jsonlines owns the form of the JSON that tunesfs writes for programs: one object
// a line, sizes in bytes, null where they are unknown, and durations in seconds.
//
// It must never know the meaning of an object.
//
// Open jsonlines.go, the only file.
package jsonlines

import (
	"encoding/json"
	"io"
	"strconv"
	"time"
)

// Write writes objects, each on a line of its own.
func Write[T any](w io.Writer, objects ...T) error {
	lines := json.NewEncoder(w)
	lines.SetEscapeHTML(false)
	for _, one := range objects {
		if err := lines.Encode(one); err != nil {
			return err
		}
	}
	return nil
}

// A Size is a number of bytes. It is null if it is below 0, which is an unknown one.
type Size int64

const null = "null"

// MarshalJSON implements json.Marshaler.
func (s Size) MarshalJSON() ([]byte, error) {
	if s < 0 {
		return []byte(null), nil
	}
	return strconv.AppendInt(nil, int64(s), 10), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *Size) UnmarshalJSON(text []byte) error {
	if string(text) == null {
		*s = -1
		return nil
	}
	return json.Unmarshal(text, (*int64)(s))
}

// Seconds is a duration. It is null if it is not above 0, which is an unknown one.
type Seconds time.Duration

// MarshalJSON implements json.Marshaler.
func (s Seconds) MarshalJSON() ([]byte, error) {
	if s <= 0 {
		return []byte(null), nil
	}
	return strconv.AppendFloat(nil, time.Duration(s).Seconds(), 'f', -1, 64), nil
}
