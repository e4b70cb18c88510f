package jsonlines

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

type object struct {
	Name   string  `json:"name"`
	Size   Size    `json:"size"`
	Length Seconds `json:"length"`
}

func TestWrite(t *testing.T) {
	var b strings.Builder
	err := Write(&b, object{"a & <b>", 0, Seconds(90 * time.Second)}, object{"c", -1, 0}, object{"d", 1 << 53, Seconds(1500 * time.Microsecond)})
	const want = `{"name":"a & <b>","size":0,"length":90}
{"name":"c","size":null,"length":null}
{"name":"d","size":9007199254740992,"length":0.0015}
`
	if err != nil || b.String() != want {
		t.Errorf("%v\n%s", err, &b)
	}
}

// An earlier version wrote -1 for an unknown size.
func TestReadSize(t *testing.T) {
	for text, want := range map[string]Size{"null": -1, "-1": -1, "0": 0, "2000000": 2_000_000} {
		got := Size(7)
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s is read as %d, %v", text, got, err)
		}
	}
	for _, bad := range []string{`"1"`, `1.5`, `{}`, `true`} {
		if err := json.Unmarshal([]byte(bad), new(Size)); err == nil {
			t.Errorf("%s is read as a size", bad)
		}
	}
}
