package source

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
)

// terse is a catalog that says no in place of a track.
type terse struct{ catalog.Source }

func (terse) Explain(head []byte) error {
	switch string(head) {
	case "no":
		return fmt.Errorf("%w: no", catalog.ErrDenied)
	case "":
		return errors.New("nothing")
	}
	return nil
}

// offer is one of a track whose first bytes are those of body.
func offer(typ, body string) fetch.Offer {
	return fetch.Offer{Expected: "audio/mpeg", Type: typ, Size: int64(len(body)), Head: func() []byte { return []byte(body) }}
}

func TestRefusal(t *testing.T) {
	for name, c := range map[string]struct {
		src       catalog.Source
		typ, body string
		want      error
	}{
		"audio":                  {answering{}, "audio/mpeg", "x", nil},
		"no type":                {answering{}, "", "no", nil},
		"empty":                  {answering{}, "text/plain", "", nil},
		"page":                   {answering{}, "text/html", "<p>x", fetch.ErrBadResponse},
		"audio that says no":     {terse{}, "audio/mpeg", "no", nil},
		"words":                  {terse{}, "application/json", "no", fetch.ErrDenied},
		"words of no type":       {terse{}, "", "no", fetch.ErrDenied},
		"octets":                 {terse{}, "application/octet-stream", "x", nil},
		"words as octets":        {terse{}, "application/octet-stream", "no", fetch.ErrDenied},
		"JSON without words":     {terse{}, "application/json", "x", fetch.ErrBadResponse},
		"nothing, said as audio": {terse{}, "audio/mpeg", "", fetch.ErrBadResponse},
	} {
		err := Refusal(c.src, false)(offer(c.typ, c.body))
		if c.want == nil && err != nil || !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// TestIsPage says by type and first bytes whether a track is one. What is in the
// middle of a file tells nothing.
func TestIsPage(t *testing.T) {
	const (
		page  = "<html><body>We are sorry"
		tags  = "ID3\x04\x00\x00\x00\x00\x00\x00"
		mp4   = "\x00\x00\x00\x20ftypM4A "
		frame = "\xff\xfb\x90\x64\x00"
		wave  = "RIFF\x24\x00\x00\x00WAVEfmt "
	)
	for name, c := range map[string]struct {
		o    fetch.Offer
		want bool
	}{
		"page as text":               {offer("text/plain", page), true},
		"page as octets":             {offer("application/octet-stream", page), true},
		"page as other octets":       {offer("binary/octet-stream", page), true},
		"page of no type":            {offer("", page), true},
		"page as a picture":          {offer("image/svg+xml", page), true},
		"page after space":           {offer("", "\uFEFF\r\n\t <!DOCTYPE html>"), true},
		"page in UTF-16":             {offer("", "\xff\xfe<\x00!\x00"), true},
		"page, the other way round":  {offer("", "\xfe\xff\x00<\x00h"), true},
		"XML":                        {offer("application/octet-stream", `<?xml version="1.0"?><Error/>`), true},
		"JSON":                       {offer("application/octet-stream", `{ "error": 404 }`), true},
		"JSON, a list":               {offer("", "[\n {}]"), true},
		"JSON, nothing":              {offer("", "{}"), true},
		"picture":                    {offer("image/png", "\x89PNG\r\n\x1a\n\x00"), true},
		"picture as octets":          {offer("application/octet-stream", "\xff\xd8\xff\xe0\x00\x10JFIF"), true},
		"words":                      {offer("text/html; charset=utf-8", "Too many connections\r\n"), true},
		"words of a file":            {offer("text/plain", "the bytes of a file"), false},
		"words as a problem":         {offer("application/problem+json", "sorry"), true},
		"words of many more":         {offer("text/html", strings.Repeat("la ", 2000)), false},
		"audio as a page":            {offer("text/html", mp4), false},
		"audio as text":              {offer("text/plain", tags), false},
		"audio as XML":               {offer("application/xml", frame), false},
		"audio as JSON":              {offer("application/json", wave), false},
		"audio as a picture":         {offer("image/jpeg", tags), false},
		"audio of no type":           {offer("", frame), false},
		"audio as octets":            {offer("application/octet-stream", "fLaC\x00\x00\x00\x22"), false},
		"audio in a brace":           {offer("", "{\x00\x01"), false},
		"audio in an angle":          {offer("", "<\x00\x01"), false},
		"one byte":                   {offer("", "<"), false},
		"one brace":                  {offer("", "{"), false},
		"nothing":                    {offer("text/html", ""), false},
		"a page in the middle":       {fetch.Offer{Expected: "audio/wav", Type: "text/html", Size: -1, Start: 16384, Head: panics}, false},
		"audio is not looked at":     {fetch.Offer{Expected: "audio/wav", Type: "audio/wav", Head: panics}, false},
		"video is not looked at":     {fetch.Offer{Expected: "audio/mp4", Type: "video/mp4", Head: panics}, false},
		"a cover":                    {fetch.Offer{Expected: "image/jpeg", Type: "image/png", Head: panics}, false},
		"a cover as octets":          {fetch.Offer{Expected: "image/jpeg", Head: headOf("\xff\xd8\xff\xe0")}, false},
		"a page as a cover":          {fetch.Offer{Expected: "image/jpeg", Type: "text/html", Head: headOf(page)}, true},
		"unknown":                    {fetch.Offer{Type: "application/octet-stream", Head: headOf(page)}, false},
		"unknown, a page by its own": {fetch.Offer{Type: "text/html", Head: headOf(page)}, true},
		"unknown, but no page":       {fetch.Offer{Type: "text/html", Head: headOf(mp4)}, false},
	} {
		c.o.Type, _, _ = strings.Cut(c.o.Type, ";")
		if got := isPage(c.o); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func panics() []byte { panic("looked at") }

func headOf(s string) func() []byte { return func() []byte { return []byte(s) } }

// TestRefusalDoesNotAsk has files that may be anything: pages, too.
func TestRefusalDoesNotAsk(t *testing.T) {
	for name, c := range map[string]struct {
		expected   string
		everything bool
	}{
		"lyrics":     {"text/plain", false},
		"a cue":      {"application/x-cue", false},
		"everything": {"audio/mpeg", true},
		"of no kind": {"", true},
	} {
		o := fetch.Offer{Expected: c.expected, Type: "text/html", Size: 6, Head: headOf("<html>")}
		if err := Refusal(answering{}, c.everything)(o); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
