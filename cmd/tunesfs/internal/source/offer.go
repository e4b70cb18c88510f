package source

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
)

// Refusal lets a store tell a track from a page that a portal sends, or an error of
// the catalog, in its place. everything says that the folder shows files of all
// kinds: there, only the catalog's own errors are refused. A text is never refused:
// nothing tells it from a page.
func Refusal(src catalog.Source, everything bool) func(fetch.Offer) error {
	service, speaks := src.(catalog.Explainer)
	return func(o fetch.Offer) error {
		if isText(o.Expected) {
			return nil
		}
		if speaks && !(isMedia(o.Type) && o.Size != 0) {
			if err := service.Explain(o.Head()); err != nil {
				return final(finalWord(err))
			}
		}
		if !everything && isPage(o) {
			return fmt.Errorf("%w: it sent a page or words in place of the file, as %q", fetch.ErrBadResponse, o.Type)
		}
		return nil
	}
}

// ShowsEverything reports whether the folders of the catalog show files of all kinds.
func (s Source) ShowsEverything() bool { return s.Scheme == "index" && s.Options.Get("all") == "1" }

// isText reports whether a file is one of words, such as lyrics or a cue sheet.
func isText(expected string) bool {
	return strings.HasPrefix(expected, "text/") || expected == "application/x-cue"
}

// isPage reports whether a server sends a page, a picture or words in place of the
// track or the picture that was asked for. The type alone decides nothing but for
// audio and video: servers send .m4b as text/html, and pages without a type.
func isPage(o fetch.Offer) bool {
	switch kind := kindOf(o.Type); {
	case kind == "audio", kind == "video", kind == "image" && kindOf(o.Expected) == "image":
		return false
	case o.Start > 0: // a page comes from its start
		return false
	case o.Expected == "" && !isDocument(o.Type):
		return false
	}
	head := o.Head()
	switch {
	case isMarkup(head), isJSON(head):
		return true
	case kindOf(o.Expected) == "audio" && isPicture(head):
		return true
	}
	return isDocument(o.Type) && o.Type != "text/plain" && isWords(head, o.Size)
}

// isMedia reports whether a media type is one of tracks and covers.
func isMedia(mediaType string) bool {
	return slices.Contains([]string{"audio", "video", "image"}, kindOf(mediaType))
}

// kindOf returns the first part of a media type.
func kindOf(mediaType string) string {
	kind, _, _ := strings.Cut(mediaType, "/")
	return kind
}

// isDocument reports whether a media type is one of pages and words. Of these, servers
// send text/plain for every file whose name says nothing to them.
func isDocument(mediaType string) bool {
	_, form, _ := strings.Cut(mediaType, "/")
	return kindOf(mediaType) == "text" || slices.Contains([]string{"json", "xml"}, form[strings.LastIndexByte(form, '+')+1:])
}

// isMarkup reports whether head begins as HTML or XML does, in UTF-8 or UTF-16. No
// file of audio does.
func isMarkup(head []byte) bool {
	for _, mark := range []string{"\xFF\xFE<\x00", "\xFE\xFF\x00<"} {
		if bytes.HasPrefix(head, []byte(mark)) {
			return true
		}
	}
	head = trimmed(head)
	return len(head) > 1 && head[0] == '<' && (isLetter(head[1]) || strings.IndexByte("!?/", head[1]) >= 0)
}

func isLetter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }

// isJSON reports whether head begins as an object or an array of JSON does.
func isJSON(head []byte) bool {
	head = trimmed(head)
	if len(head) < 2 {
		return false
	}
	first := trimmed(head[1:])
	switch {
	case len(first) == 0:
		return false
	case head[0] == '{':
		return first[0] == '"' || first[0] == '}'
	case head[0] == '[':
		return strings.IndexByte("{[\"]-0123456789tfn", first[0]) >= 0
	}
	return false
}

// isPicture reports whether head is that of a picture, as servers send it to those
// who link to their files.
func isPicture(head []byte) bool {
	return slices.Contains([]string{"image/jpeg", "image/png", "image/gif", "image/webp"}, http.DetectContentType(head))
}

// isWords reports whether a file of size bytes, -1 unknown, consists of words alone,
// of which head holds all.
func isWords(head []byte, size int64) bool {
	const maxWords = 4 << 10
	if len(head) == 0 || len(head) >= maxWords || size >= 0 && size != int64(len(head)) {
		return false
	}
	return utf8.Valid(head) && !bytes.ContainsFunc(head, func(r rune) bool { return r < ' ' && !strings.ContainsRune("\t\n\r\f", r) })
}

// trimmed returns head without a byte order mark and space before it.
func trimmed(head []byte) []byte {
	return bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\uFEFF")), " \t\r\n\f")
}
