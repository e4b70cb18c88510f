package lenient

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
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

func TestTexts(t *testing.T) {
	for in, want := range map[string]string{
		`"a"`: "[a]", `["a","b"]`: "[a b]", `7`: "[7]", `[1.5,"x",null,{}]`: "[1.5 x]", `null`: "[]", `{}`: "[]", `""`: "[]", `[]`: "[]",
	} {
		var texts Texts
		if err := json.Unmarshal([]byte(in), &texts); err != nil || fmt.Sprint(texts) != want {
			t.Errorf("%s: %v, %v; want %s", in, texts, err, want)
		}
	}
	var many Texts
	if err := json.Unmarshal([]byte("["+strings.Repeat("1,", 1<<20)+"1]"), &many); err != nil || len(many) != maxTexts || cap(many) > 2*maxTexts {
		t.Errorf("%d of very many texts in room for %d, %v", len(many), cap(many), err)
	}
	if Texts(nil).First() != "" || (Texts{"a", "b"}).First() != "a" {
		t.Error("First is not the first")
	}
}

func TestFlag(t *testing.T) {
	for in, want := range map[string]Flag{`true`: true, `"true"`: true, `1`: true, `"1"`: true, `false`: false, `"no"`: false, `null`: false, `[]`: false} {
		flag := !want
		if err := json.Unmarshal([]byte(in), &flag); err != nil || flag != want {
			t.Errorf("%s: %v, %v", in, flag, err)
		}
	}
}

func TestRows(t *testing.T) {
	type row struct {
		A Number `json:"a"`
	}
	var rows Rows[row]
	if err := json.Unmarshal([]byte(`[{"a":1},5,null,{"a":"2"}]`), &rows); err != nil || fmt.Sprint(rows) != "[{1} {0} {0} {2}]" {
		t.Errorf("%v, %v", rows, err)
	}
	if err := json.Unmarshal([]byte("null"), &rows); err != nil || len(rows) != 0 {
		t.Errorf("null: %v, %v", rows, err)
	}
	var parts struct{ Rows *Rows[row] }
	if err := json.Unmarshal([]byte(`{"rows":[{"a":1}],"rows":[{"a":2}]}`), &parts); err != nil || fmt.Sprint(*parts.Rows) != "[{1} {2}]" {
		t.Errorf("in two parts: %v, %v", parts.Rows, err)
	}
	for _, in := range []string{`{}`, `"x"`, "[" + strings.Repeat("{},", MaxRows) + "{}]"} {
		if err := json.Unmarshal([]byte(in), &rows); !errors.Is(err, catalog.ErrBadResponse) {
			t.Errorf("%.20s: %v", in, err)
		}
	}
}

// An object may be empty in any language's way; anything else is no response.
func TestObject(t *testing.T) {
	type row struct {
		A Number  `json:"a"`
		B *string `json:"b"`
	}
	for in, want := range map[string]Object[row]{
		`{"a":7}`: {row{A: 7}, true, true}, `{}`: {row{}, true, true}, `{"b":5,"a":"7"}`: {row{A: 7}, true, true},
		`""`: {Sent: true}, `[]`: {Sent: true}, `[ ]`: {Sent: true}, `null`: {},
	} {
		var o Object[row]
		if err := json.Unmarshal([]byte(in), &o); err != nil || o.Value.A != want.Value.A || o.Set != want.Set || o.Sent != want.Sent {
			t.Errorf("%s: %+v, %v, want %+v", in, o, err, want)
		}
	}
	for _, in := range []string{`5`, `"x"`, `true`, `[{}]`, `[[]]`, `" "`} {
		var o Object[row]
		if err := json.Unmarshal([]byte(in), &o); !errors.Is(err, catalog.ErrBadResponse) {
			t.Errorf("%s: %v, %v", in, o, err)
		}
	}
}

// No field of whatever type fails, nor do rows but for what they are not.
func FuzzFields(f *testing.F) {
	for _, in := range []string{`"x"`, `["x",1,null]`, `-1.5e3`, `{"a":[]}`, `[{"text":["a"],"texts":"b","number":"7"}]`, `""`, `true`} {
		f.Add([]byte(in))
	}
	type row struct {
		Text   Text   `json:"text"`
		ID     ID     `json:"id"`
		Number Number `json:"number"`
		Texts  Texts  `json:"texts"`
		Flag   Flag   `json:"flag"`
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if !json.Valid(data) {
			return
		}
		for _, to := range []any{new(Text), new(ID), new(Number), new(Texts), new(Flag)} {
			if err := json.Unmarshal(data, to); err != nil {
				t.Errorf("%T: %v", to, err)
			}
		}
		if err := json.Unmarshal(data, new(Rows[row])); err != nil && !errors.Is(err, catalog.ErrBadResponse) {
			t.Errorf("rows: %v", err)
		}
	})
}
