package archive

import (
	"strings"
	"testing"
)

func TestLuceneQuery(t *testing.T) {
	narrowed := func(q string) string { return "(" + q + ") AND mediatype:(audio OR etree)" }
	for text, want := range map[string]string{
		"":          "",
		" \t ":      "",
		"town band": narrowed("town band"),
		`collection:etree AND creator:"Grateful Dead"`:     narrowed(`collection:etree AND creator:"Grateful Dead"`),
		`(creator:x OR creator:y) AND year:[1970 TO 1975]`: narrowed(`(creator:x OR creator:y) AND year:[1970 TO 1975]`),
		`year:{1970 TO 1975]`:                              narrowed(`year:{1970 TO 1975]`),
		`"town band" live`:                                 narrowed(`"town band" live`),
		"bach OR haydn":                                    narrowed("bach OR haydn"),
		"mediatype:movies AND jazz":                        "mediatype:movies AND jazz",
		"jazz (MediaType:audio)":                           "jazz (MediaType:audio)",
		"title:mediatype":                                  narrowed("title:mediatype"),
		"AC/DC":                                            narrowed(`AC\/DC`),
		"P!nk & what?":                                     narrowed(`P\!nk \& what\?`),
		`7" single`:                                        narrowed(`7\" single`),
		"10:30 train":                                      narrowed(`10\:30 train`),
		"Re: you":                                          narrowed(`Re\: you`),
		"live (1974)":                                      narrowed(`live \(1974\)`),
		"Jay-Z -live":                                      narrowed("Jay-Z -live"),
		"a - b -- c -":                                     narrowed(`a \- b \-\- c \-`),
		"orchest*":                                         narrowed("orchest*"),
		"x) OR (mediatype:texts":                           narrowed(`x\) \OR \(mediatype\:texts`),
		"a) OR creator:b":                                  narrowed(`a\) \OR creator\:b`),
		"Love AND":                                         narrowed(`Love \AND`),
		"OR else":                                          narrowed(`\OR else`),
		"AND":                                              narrowed(`\AND`),
		"AND OR NOT":                                       narrowed(`\AND \OR \NOT`),
		"creator:x OR":                                     narrowed(`creator\:x \OR`),
		"bach NOT":                                         narrowed(`bach \NOT`),
		"NOT live":                                         narrowed("NOT live"),
		"ANDERSON":                                         narrowed("ANDERSON"),
		`creator:"open`:                                    narrowed(`creator\:\"open`),
		`creator:x \`:                                      narrowed(`creator\:x \\`),
		"a\r\nHost: x":                                     narrowed(`a Host\: x`),
	} {
		if got := luceneQuery(text); got != want {
			t.Errorf("%q:\ngot  %s\nwant %s", text, got, want)
		}
	}
}

func FuzzLuceneQuery(f *testing.F) {
	for _, seed := range []string{"a", `a:"b"`, "(x", `\`, `"\"`, "[}", "- -"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q := luceneQuery(text)
		if q == "" {
			return
		}
		if !isWhole(q) {
			t.Errorf("%q became %s, which is not whole", text, q)
		}
		if !mediatype.MatchString(text) && !strings.HasSuffix(q, onlyAudio) {
			t.Errorf("%q became %s, which finds more than audio", text, q)
		}
	})
}
