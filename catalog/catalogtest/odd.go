package catalogtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
)

// Dice make choices of bytes that a fuzzer chose. Without more bytes every choice is
// the first, which is the usual one.
type Dice struct{ left []byte }

// NewDice returns dice that fall as data says.
func NewDice(data []byte) *Dice { return &Dice{data} }

// Pick returns a number from 0 to n-1.
func (d *Dice) Pick(n int) int {
	if len(d.left) == 0 {
		return 0
	}
	b := d.left[0]
	d.left = d.left[1:]
	return int(b) % n
}

// Chance reports true about once in n times.
func (d *Dice) Chance(n int) bool { return d.Pick(n) == 1 }

// Odd returns a response of a service, which is of maps, slices and what they hold,
// with some parts of it in other shapes: gone, of another type, one in place of a list
// or a list in place of one, there twice, or huge. It changes v.
func (d *Dice) Odd(v any) any {
	switch d.Pick(40) {
	case 1:
		return d.Value()
	case 2:
		return []any{v}
	case 3:
		return nil
	case 4:
		if l, ok := v.([]any); ok && len(l) > 0 {
			return d.Odd(l[0])
		}
	case 5:
		return map[string]any{"value": v}
	}
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if v[key] = d.Odd(v[key]); d.Chance(60) {
				delete(v, key)
			}
		}
	case []any:
		return d.oddList(v)
	}
	return v
}

func (d *Dice) oddList(l []any) []any {
	var odd []any
	for _, e := range l {
		e = d.Odd(e)
		odd = append(odd, e)
		if d.Chance(60) {
			odd = append(odd, e)
		}
	}
	if d.Chance(60) {
		return []any{}
	}
	return odd
}

// values are what services do not send.
var values = []any{
	"", 0, -1, 1, math.MaxInt64, math.MinInt64, 0.5, true, false,
	json.RawMessage("1e999"), json.RawMessage("123456789012345678901234567890"),
	"0", "-7", "1e3", " ", "\x00", "a\nb", "..", "../../x", "a/b", "x?y#z", "%2e%2e", "/etc/passwd", "🎵", "\u202e",
	strings.Repeat("x", 3000), "file:///etc/passwd", "http://", "http://host:99999/", "https://host/x.mp3", "javascript:x",
	"0000-00-00", "99999-01-01T00:00:00Z", []any{}, map[string]any{}, []any{[]any{[]any{nil}}}, []any{"a", 1, nil},
	map[string]any{"id": map[string]any{"id": 1}}, "NaN", "null", "9223372036854775808",
}

// Value returns something that is odd wherever it stands.
func (d *Dice) Value() any { return values[d.Pick(len(values))] }

// Body returns a response as it is sent: now and then cut, or with something behind.
func (d *Dice) Body(v any) []byte {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // all that Odd makes can be written
	}
	switch d.Pick(50) {
	case 1:
		return body[:min(d.Pick(256)*len(body)/256, len(body))]
	case 2:
		return append(body, "[]"...)
	case 3:
		return append(body, body...)
	}
	return body
}

// ReadJSON returns what a body holds, numbers as they are written, or false if it is
// not one value of JSON.
func ReadJSON(body []byte) (any, bool) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil, false
	}
	_, err := d.Token()
	return v, errors.Is(err, io.EOF)
}
