package archive

import (
	"net/url"
	"strings"
	"testing"
)

func TestParseOptions(t *testing.T) {
	for query, want := range map[string]string{
		"":                      "",
		"format=mp3&limit=5000": "",
		"format=wav":            "it must be best, flac, mp3, ogg or all",
		"limit=0":               "a number from 1 to 10000",
		"limit=10001":           "a number from 1 to 10000",
		"colour=blue":           "known are format, limit",
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		opt, err := ParseOptions(values)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %+v, %v; want %q", query, opt, err, want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for _, opt := range []Options{
		{Base: "file:///etc/passwd"}, {Base: "archive.org"}, {Base: "http://u:p@a.com/"}, {Base: "http://a.com/?x=1"},
		{Base: "http://a.com/#x"}, {Format: "wav"}, {Limit: -1}, {Limit: maxLimit + 1},
	} {
		if _, err := New(opt); err == nil {
			t.Errorf("New took %+v", opt)
		}
	}
}
