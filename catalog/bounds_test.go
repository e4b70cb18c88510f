package catalog

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

// The bounds are those that the words of their errors name.
func TestBounds(t *testing.T) {
	long := strings.Repeat("x", MaxListingText)
	for name, tt := range map[string]struct {
		rows int
		row  Track
		want error
	}{
		"most rows":     {MaxRows, Track{}, nil},
		"too many rows": {MaxRows + 1, Track{}, ErrTooManyRows},
		"most text":     {1, Track{URL: long}, nil},
		"too much text": {1, Track{URL: long, ID: "x"}, ErrTooMuchText},
		"in all":        {1 << 10, Track{Title: long[:MaxListingText>>10], Album: "x"}, ErrTooMuchText},
	} {
		var b Bounds
		var err error
		for range tt.rows {
			err = b.Track(tt.row)
		}
		if !errors.Is(err, tt.want) || err != nil && !errors.Is(err, ErrBadResponse) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
	for err, words := range map[error]string{ErrTooManyRows: "200,000", ErrTooMuchText: "64 MiB"} {
		if !strings.Contains(err.Error(), words) {
			t.Errorf("%q does not say %s", err, words)
		}
	}
}

// Every text of a track and of a folder counts, also one that is new.
func TestTextLen(t *testing.T) {
	texts := func(v reflect.Value) (n int) {
		for i := range v.NumField() {
			if f := v.Field(i); f.Kind() == reflect.String {
				f.SetString(strings.Repeat("x", 1<<n))
				n++
			}
		}
		return n
	}
	var track Track
	if n := texts(reflect.ValueOf(&track).Elem()); track.TextLen() != 1<<n-1 {
		t.Errorf("%d texts of a track: %b", n, track.TextLen())
	}
	var folder Folder
	if n := texts(reflect.ValueOf(&folder).Elem()); folder.TextLen() != 1<<n-1 {
		t.Errorf("%d texts of a folder: %b", n, folder.TextLen())
	}
}
