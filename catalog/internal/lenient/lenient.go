// Package lenient reads JSON as music services really send it: a field of the
// wrong type costs that field, not its row, nor the response.
//
// It owns the types of such fields. It must never know which service sent them.
// Everything is in lenient.go.
package lenient

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/tunesfs/tunesfs/catalog"
)

// A Text is a string, or "" where the service sends something else.
type Text string

// UnmarshalJSON implements json.Unmarshaler. It never fails.
func (t *Text) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err == nil {
		*t = Text(s)
	}
	return nil
}

// An ID is a string, or a number as it is written, or "" where the service sends
// something else.
type ID string

// UnmarshalJSON implements json.Unmarshaler. It never fails.
func (id *ID) UnmarshalJSON(data []byte) error {
	var number json.Number
	if err := (*Text)(id).UnmarshalJSON(data); err == nil && *id == "" && json.Unmarshal(data, &number) == nil {
		*id = ID(number)
	}
	return nil
}

// A Number is a whole number, also within quotes, or 0 where the service sends
// something else.
type Number int64

// UnmarshalJSON implements json.Unmarshaler. It never fails.
func (n *Number) UnmarshalJSON(data []byte) error {
	if len(data) >= 2 && data[0] == '"' {
		data = data[1 : len(data)-1]
	}
	if v, err := strconv.ParseInt(string(data), 10, 64); err == nil {
		*n = Number(v)
	} else if f, err := strconv.ParseFloat(string(data), 64); err == nil && f == float64(int32(f)) {
		*n = Number(f)
	}
	return nil
}

// Texts are what a service sends now as one value, now as a list of some:
// strings, and numbers as they are written. Only the first maxTexts of a list
// are looked at: a list of tiny ones would be huge in memory.
type Texts []string

const maxTexts = 100

// UnmarshalJSON implements json.Unmarshaler. It never fails.
func (t *Texts) UnmarshalJSON(data []byte) error {
	*t = nil
	dec := json.NewDecoder(bytes.NewReader(data))
	if data[0] == '[' {
		_, _ = dec.Token() // the bracket
	}
	for i := 0; i < maxTexts && dec.More(); i++ {
		var text ID
		if dec.Decode(&text) == nil && text != "" {
			*t = append(*t, string(text))
		}
	}
	return nil
}

// First returns the first of them, or "".
func (t Texts) First() string {
	if len(t) == 0 {
		return ""
	}
	return t[0]
}

// A Flag is true where a service says so in any way: true, "true", 1 or "1".
type Flag bool

// UnmarshalJSON implements json.Unmarshaler. It never fails.
func (f *Flag) UnmarshalJSON(data []byte) error {
	switch string(bytes.Trim(data, `"`)) {
	case "true", "1":
		*f = true
	default:
		*f = false
	}
	return nil
}

// An Object is an object, or nothing where the service sends an empty string or an
// empty list, as programs do that have no other word for an empty object.
type Object[T any] struct {
	Value T
	Set   bool // the service sent an object
	Sent  bool // it did, or sent one of the words for an empty one
}

// UnmarshalJSON implements json.Unmarshaler. It fails with catalog.ErrBadResponse for
// anything that is neither an object nor empty.
func (o *Object[T]) UnmarshalJSON(data []byte) error {
	switch text := string(data[:min(len(data), len("null"))]); {
	case data[0] == '{':
		o.Set, o.Sent = true, true
		if err := json.Unmarshal(data, &o.Value); !IsTypeError(err) {
			return err
		}
	case text == "null":
		return nil
	case text != `""` && (data[0] != '[' || len(bytes.TrimSpace(data[1:len(data)-1])) > 0):
		return fmt.Errorf("%w: no object where one should be", catalog.ErrBadResponse)
	}
	o.Sent = true
	return nil
}

// Rows are a list of objects, at most MaxRows of them; one that is none is
// there as the zero value, so that it can be counted. null is an empty list. A list
// that comes in two parts, under one name, is both of them.
type Rows[T any] []T

// MaxRows bounds what a body of tiny rows becomes in memory.
const MaxRows = 100_000

// UnmarshalJSON implements json.Unmarshaler. It fails with
// catalog.ErrBadResponse if there are too many, or if it is no list.
func (r *Rows[T]) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*r = nil
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if open, err := dec.Token(); err != nil || open != json.Delim('[') {
		return fmt.Errorf("%w: no list where one should be", catalog.ErrBadResponse)
	}
	for dec.More() {
		if len(*r) == MaxRows {
			return fmt.Errorf("%w: more than %d rows", catalog.ErrBadResponse, MaxRows)
		}
		var row T
		if err := dec.Decode(&row); err != nil && !IsTypeError(err) {
			return err
		}
		*r = append(*r, row)
	}
	return nil
}

// Error makes an error of a JSON decoder catalog.ErrBadResponse.
func Error(err error) error {
	switch {
	case err == nil, errors.Is(err, catalog.ErrBadResponse):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: it ends too early", catalog.ErrBadResponse)
	case IsTypeError(err):
		return fmt.Errorf("%w: JSON of another kind", catalog.ErrBadResponse)
	}
	return fmt.Errorf("%w: not JSON: %w", catalog.ErrBadResponse, err)
}

// IsTypeError reports whether an error is only that a field has another type
// than was expected; the other fields have been read.
func IsTypeError(err error) bool {
	_, ok := errors.AsType[*json.UnmarshalTypeError](err)
	return ok
}
