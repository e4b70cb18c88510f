package origin

import (
	"fmt"
	"testing"
)

func TestParseContentRange(t *testing.T) {
	part := func(first, last, total int64) contentRange { return contentRange{rangePart, first, last, total} }
	for value, want := range map[string]contentRange{
		"":                              {rangeNone, 0, 0, -1},
		"bytes 0-9/100":                 part(0, 9, 100),
		"bytes 99-99/100":               part(99, 99, 100),
		"bytes 5-9/*":                   part(5, 9, -1),
		"bytes */100":                   {rangeUnsatisfied, 0, 0, 100},
		"bytes */0":                     {rangeUnsatisfied, 0, 0, 0},
		"bytes 00-09/0100":              part(0, 9, 100),
		"Bytes 0-9/10":                  part(0, 9, 10),
		"BYTES */10":                    {rangeUnsatisfied, 0, 0, 10},
		"bytes=0-9/10":                  part(0, 9, 10),
		"bytes: 0-9/10":                 part(0, 9, 10),
		"bytes\t0-9/10":                 part(0, 9, 10),
		"bytes   0 - 9 / 10":            part(0, 9, 10),
		" bytes 0-9/10 ":                part(0, 9, 10),
		"0-9/10":                        part(0, 9, 10),
		"*/10":                          {rangeUnsatisfied, 0, 0, 10},
		"bytes 0-9":                     part(0, 9, -1),
		"bytes 0-9/":                    part(0, 9, -1),
		"bytes 0-9/-1":                  part(0, 9, -1),
		"bytes 0-10/10":                 part(0, 10, 10),
		"bytes 0-11/10":                 {rangeUnreadable, 0, 0, -1},
		"bytes 0-9223372036854775806/*": part(0, 9223372036854775806, -1),
	} {
		if got := parseContentRange(value); got != want {
			t.Errorf("%q: %+v, want %+v", value, got, want)
		}
	}
	for _, bad := range []string{
		"bytes", "bytes ", "bytes 9-0/100", "bytes 0-101/100", "bytes -9/100", "bytes", "none", "bytes0-9/10", "bytesize 0-9/10",
		"bytes 0-/100", "bytes */*", "bytes *", "bytes +0-9/100", "items 0-9/100", "bytes 0-9/100,20", "bytes 0-9/x", "- 0-9/10",
		"bytes 0-9,20-29/100", "bytes 0-9223372036854775807/*", "bytes 0-9223372036854775808/*", "bytes 0-9/99999999999999999999",
	} {
		if got := parseContentRange(bad); got != (contentRange{form: rangeUnreadable, total: -1}) {
			t.Errorf("%q: %+v", bad, got)
		}
	}
}

func FuzzParseContentRange(f *testing.F) {
	f.Add("bytes 0-9/100")
	f.Add("bytes */0")
	f.Add("Bytes: 0 - 9")
	f.Fuzz(func(t *testing.T, value string) {
		c := parseContentRange(value)
		if c.first < 0 || c.last < c.first || c.last+1 < 0 || c.total < -1 || c.total >= 0 && c.last > c.total {
			t.Fatalf("%q gives %+v", value, c)
		}
		text := fmt.Sprintf("bytes %d-%d/%d", c.first, c.last, c.total)
		if again := parseContentRange(text); c.form == rangePart && again != c {
			t.Fatalf("%q reads as %+v, written again %q as %+v", value, c, text, again)
		}
	})
}
