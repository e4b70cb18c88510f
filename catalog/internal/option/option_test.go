package option

import (
	"net/url"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for query, want := range map[string]string{
		"":                        " 0 ",
		"name=x&count=5&kind=ogg": "x 5 ogg",
		"name=x&colour=blue":      `unknown option "colour": known are count, kind, name`,
		"name=":                   "option name needs exactly one value",
		"name=a&name=b":           "option name needs exactly one value",
		"count=0":                 `option count: it must be a number from 1 to 9`,
		"count=10":                "a number from 1 to 9",
		"count=two":               "a number from 1 to 9",
		"count=wav":               "a number from 1 to 9",
		"kind=wav":                `option kind: it must be flac, mp3 or ogg`,
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		var name, kind string
		var count int
		err = Parse(values, map[string]Setter{
			"name":  Text(&name),
			"count": Int(&count, "count", 1, 9),
			"kind":  Choice(&kind, "kind", "flac", "mp3", "ogg"),
		})
		got := name + " " + string(rune('0'+count)) + " " + kind
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, want) || err != nil && strings.Contains(err.Error(), "wav") {
			t.Errorf("%q: got %q, want %q", query, got, want)
		}
	}
}
