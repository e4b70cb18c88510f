package itunes

import (
	"errors"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

func TestParseOptions(t *testing.T) {
	for query, want := range map[string]Options{
		"":                              {},
		"country=DE&limit=50":           {Country: "DE", Limit: 50},
		"lang=ja_jp&explicit=no":        {Lang: "ja_jp", Explicit: "no"},
		"media=musicVideo":              {Media: "musicVideo"},
		"media=music&entity=musicTrack": {Media: "music", Entity: "musicTrack"},
		"limit=200":                     {Limit: 200},
		"entity=album":                  {Entity: "album"},
		"entity=musicVideo":             {Entity: "musicVideo"},
		"entity=podcast":                {Entity: "podcast"},
		"media=podcast":                 {Media: "podcast"},
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseOptions(values)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("ParseOptions(%q) = %+v, %v; want %+v", query, got, err, want)
		}
	}
}

func TestParseOptionsErrors(t *testing.T) {
	for query, want := range map[string]string{
		"contry=de":                  `unknown option "contry": known are country, entity, explicit, lang, limit, media`,
		"country=germany":            `option country: it must be two letters`,
		"country=d%00":               `option country`,
		"country=":                   `option country needs exactly one value`,
		"country=de&country=us":      `option country needs exactly one value`,
		"limit=0":                    `option limit: it must be a number from 1 to 200`,
		"limit=201":                  `option limit:`,
		"limit=-1":                   `option limit:`,
		"limit=many":                 `option limit:`,
		"lang=de_de":                 `option lang: it must be en_us or ja_jp`,
		"explicit=maybe":             `option explicit: it must be yes or no`,
		"media=software":             `option media: it must be music, musicVideo, audiobook or podcast`,
		"entity=mix":                 `option entity: it must be song, album,`,
		"media=music&entity=podcast": `option entity: it must be podcast where media is`,
		"media=podcast&entity=song":  `option entity: it must be podcast where media is`,
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseOptions(values); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseOptions(%q) = %v, want an error with %q", query, err, want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for base, want := range map[string]error{
		"file:///etc/passwd":  catalog.ErrInvalidURL,
		"itunes.apple.com":    catalog.ErrInvalidURL,
		"http://u:p@a.com/":   nil,
		"http://a.com/?x=1":   nil,
		"http://a.com/#x":     nil,
		"http://a.com/\x00":   catalog.ErrInvalidURL,
		"https://:80/":        catalog.ErrInvalidURL,
		"itunes+http://a.com": catalog.ErrInvalidURL,
	} {
		_, err := New(Options{Base: base})
		if err == nil || want != nil && !errors.Is(err, want) {
			t.Errorf("New with base %q: %v, want an error like %v", base, err, want)
		}
	}
	if _, err := New(Options{Entity: "podcast"}); !errors.Is(err, catalog.ErrNotSupported) {
		t.Errorf("podcasts without feeds: %v", err)
	}
	if _, err := New(Options{Limit: 500}); err == nil {
		t.Error("New took a limit of 500")
	}
}
