package xmlbound

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

func TestCheck(t *testing.T) {
	opt := Options{Rows: []string{"item"}, MaxRows: 3}
	if err := Check(t.Context(), []byte("<a><b/><b c=''/></a>"), Options{MaxElements: 3}); !errors.Is(err, ErrTooMuch) {
		t.Errorf("four where three may be: %v", err)
	}
	needed := Options{Needed: []string{"b", "c"}}
	for doc, want := range map[string]error{"<a><x/><B/></a>": nil, "<c/>": nil, "<a></a>": catalog.ErrBadResponse, "<a>": catalog.ErrBadResponse, "": catalog.ErrBadResponse} {
		if err := Check(t.Context(), []byte(doc), needed); !errors.Is(err, want) {
			t.Errorf("%q, where one must be: %v, want %v", doc, err, want)
		}
	}
	for name, tt := range map[string]struct {
		doc  string
		want error
	}{
		"nothing":          {"", nil},
		"a document":       {"<a><item b='c'/><item>x</item></a>", nil},
		"after the root":   {"<a/><b " + strings.Repeat("c ", MaxToken), nil},
		"tags not closed":  {"<a><b></a>", nil},
		"cut":              {"<a><b", catalog.ErrBadResponse},
		"rows":             {"<a>" + strings.Repeat("<Item/>", 4) + "</a>", ErrTooMuch},
		"other elements":   {"<a>" + strings.Repeat("<b/>", MaxElements) + "</a>", ErrTooMuch},
		"depth":            {strings.Repeat("<a>", maxDepth+1), ErrTooMuch},
		"attributes":       {"<a " + strings.Repeat("b='' ", maxAttributes+1) + "/>", ErrTooMuch},
		"a long tag":       {"<a " + strings.Repeat("b ", MaxToken) + "/>", ErrTooMuch},
		"a long text":      {"<a>" + strings.Repeat("b ", MaxToken) + "</a>", ErrTooMuch},
		"a long comment":   {"<a><!--" + strings.Repeat("b ", MaxToken) + "--></a>", ErrTooMuch},
		"texts, all long":  {"<a>" + strings.Repeat(strings.Repeat("b", MaxToken/2)+"<c/>", 5) + "</a>", nil},
		"unknown encoding": {`<?xml version="1.0" encoding="klingon"?><a/>`, catalog.ErrBadResponse},
	} {
		t.Run(name, func(t *testing.T) {
			if err := Check(t.Context(), []byte(tt.doc), opt); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

func TestCheckEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Check(ctx, []byte("<a/>"), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}
