package lenient

import (
	"encoding/json"
	"errors"
	"io"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

func TestFields(t *testing.T) {
	for data, want := range map[string]struct {
		text   Text
		number Number
	}{
		`"x"`:                  {"x", 0},
		`"42"`:                 {"42", 42},
		`42`:                   {"", 42},
		`42.0`:                 {"", 42},
		`4.2`:                  {"", 0},
		`9e9`:                  {"", 0},
		`null`:                 {"", 0},
		`["x"]`:                {"", 0},
		`{"x":1}`:              {"", 0},
		`-3`:                   {"", -3},
		`9223372036854775807`:  {"", 9223372036854775807},
		`99223372036854775807`: {"", 0},
	} {
		var text Text
		var number Number
		for _, to := range []any{&text, &number} {
			if err := json.Unmarshal([]byte(data), to); err != nil {
				t.Errorf("%s: %v", data, err)
			}
		}
		if text != want.text || number != want.number {
			t.Errorf("%s: got %q and %d, want %q and %d", data, text, number, want.text, want.number)
		}
	}
}

func TestError(t *testing.T) {
	for _, err := range []error{io.EOF, io.ErrUnexpectedEOF, errors.New("x"), catalog.ErrBadResponse} {
		if got := Error(err); !errors.Is(got, catalog.ErrBadResponse) {
			t.Errorf("Error(%v) = %v", err, got)
		}
	}
	if err := Error(nil); err != nil {
		t.Error(err)
	}
}

func TestID(t *testing.T) {
	for data, want := range map[string]ID{
		`"al/1"`: "al/1", `42`: "42", `"42"`: "42", `-1.50`: "-1.50", `null`: "", `true`: "", `{}`: "", `""`: "",
	} {
		var id ID
		if err := json.Unmarshal([]byte(data), &id); err != nil || id != want {
			t.Errorf("%s: %q and %v, want %q", data, id, err, want)
		}
	}
}
