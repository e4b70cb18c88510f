package itunes

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/option"
)

// Courtesy is the attribution that the terms of the service ask for beside
// every preview.
const Courtesy = "provided courtesy of iTunes"

const (
	defaultBase  = "https://itunes.apple.com/"
	defaultLimit = 50 // the service's own
	maxLimit     = 200
)

// Options say which service is searched and how. The zero value searches songs
// in the iTunes Store of the USA.
type Options struct {
	Base     string // http or https URL of the service; "" is Apple's
	Country  string // two-letter code of the store, ISO 3166-1; "" is the service's choice, the USA
	Lang     string // language of the responses: en_us or ja_jp; "" is the service's choice
	Limit    int    // most rows a search gives, 1 to 200; 0 is 50
	Explicit string // whether explicit songs are found, "yes" or "no"; "" is yes
	Media    string // music, musicVideo, audiobook or podcast; "" is music, or what Entity needs
	Entity   string // song, musicTrack, musicVideo, audiobook, album or podcast; "" is what Media stands for

	// License is what tracks say of their terms; "" is Courtesy.
	License string

	// Feed returns the catalog of a podcast's feed, whose List of "" are its
	// episodes. It makes no call. Needed for podcasts only.
	Feed func(address string) (catalog.Source, error)

	catalog.Env
}

// entities says what is searched by default in each kind of media.
var entities = map[string]string{
	"music":      "song",
	"musicVideo": "musicVideo",
	"audiobook":  "audiobook",
	"podcast":    entityPodcast,
}

// What is shown as folders.
const (
	entityAlbum   = "album"
	entityPodcast = "podcast"
)

// ParseOptions returns the options that the query of a source's address spells:
// country, lang, limit, explicit, media and entity, each at most once. An
// unknown key or a bad value is an error that names it and says what may stand
// there.
func ParseOptions(query url.Values) (Options, error) {
	var opt Options
	err := option.Parse(query, map[string]option.Setter{
		"country":  option.Text(&opt.Country),
		"lang":     option.Text(&opt.Lang),
		"explicit": option.Text(&opt.Explicit),
		"media":    option.Text(&opt.Media),
		"entity":   option.Text(&opt.Entity),
		"limit":    option.Int(&opt.Limit, "limit", 1, maxLimit),
	})
	if err != nil {
		return Options{}, fmt.Errorf("itunes: %w", err)
	}
	return opt, opt.withDefaults().check()
}

func (o Options) withDefaults() Options {
	set := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	set(&o.Base, defaultBase)
	set(&o.Explicit, "yes")
	if o.Entity == entityPodcast {
		set(&o.Media, "podcast")
	}
	set(&o.Media, "music")
	set(&o.Entity, entities[o.Media])
	set(&o.License, Courtesy)
	if o.Limit == 0 {
		o.Limit = defaultLimit
	}
	o.Country = strings.ToLower(o.Country)
	o.Lang = strings.ToLower(o.Lang)
	return o
}

func (o Options) check() error {
	switch {
	case o.Country != "" && !isCode(o.Country):
		return badOption("country", "two letters, such as us or de")
	case o.Lang != "" && o.Lang != "en_us" && o.Lang != "ja_jp":
		return badOption("lang", "en_us or ja_jp")
	case o.Limit < 1 || o.Limit > maxLimit:
		return badOption("limit", "a number from 1 to "+strconv.Itoa(maxLimit))
	case o.Explicit != "yes" && o.Explicit != "no":
		return badOption("explicit", "yes or no")
	case entities[o.Media] == "":
		return badOption("media", "music, musicVideo, audiobook or podcast")
	case !slices.Contains([]string{"song", "musicTrack", "musicVideo", "audiobook", entityAlbum, entityPodcast}, o.Entity):
		return badOption("entity", "song, album, musicTrack, musicVideo, audiobook or podcast")
	case (o.Entity == entityPodcast) != (o.Media == "podcast"):
		return badOption("entity", "podcast where media is, and only there")
	}
	return nil
}

func isCode(s string) bool {
	return len(s) == 2 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == ""
}

func badOption(key, want string) error {
	return fmt.Errorf("itunes: %w", option.Bad(key, want))
}

// params returns what every call sends.
func (o Options) params() url.Values {
	v := url.Values{}
	if o.Country != "" {
		v.Set("country", o.Country)
	}
	if o.Lang != "" {
		v.Set("lang", o.Lang)
	}
	return v
}

// searchParams returns what a search sends besides.
func (o Options) searchParams() url.Values {
	return url.Values{
		"media":    {o.Media},
		"entity":   {o.Entity},
		"limit":    {strconv.Itoa(o.Limit)},
		"explicit": {o.Explicit},
	}
}
