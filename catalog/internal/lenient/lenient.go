// Package lenient reads JSON as music services really send it: a field of the
// wrong type costs that field, not its row, nor the answer.
package lenient

import (
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

// Error makes an error of a JSON decoder catalog.ErrBadResponse.
func Error(err error) error {
	switch {
	case err == nil, errors.Is(err, catalog.ErrBadResponse):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: it ends too early", catalog.ErrBadResponse)
	}
	return fmt.Errorf("%w: not JSON: %w", catalog.ErrBadResponse, err)
}

// IsTypeError reports whether an error is only that a field has another type
// than was expected; the other fields have been read.
func IsTypeError(err error) bool {
	_, ok := errors.AsType[*json.UnmarshalTypeError](err)
	return ok
}
