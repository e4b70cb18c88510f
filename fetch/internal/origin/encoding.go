package origin

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

// plainCodings are values of Content-Encoding that change no byte. RFC 9110 section
// 8.4.1 has identity, in any case. The others are no codings: words for none, and
// names that belong into other headers, as servers send them beside plain bytes.
var plainCodings = []string{
	"", "identity", "none", "null", "nil", "undefined", "unknown", "off", "no", "false", "raw", "plain", "text", "default",
	"binary", "8bit", "7bit", // of Content-Transfer-Encoding (RFC 2045)
	"aws-chunked", "chunked", // of how the bytes were sent to the server, or are sent
	"ascii", "unicode", "ansi",
}

// charsets are the beginnings of names of character sets.
var charsets = []string{"utf-", "utf8", "utf16", "utf_", "iso-8859", "iso8859", "iso_8859", "latin", "windows-", "cp125", "us-ascii"}

// isPlain reports whether the bytes of a body are those of the file, by its
// Content-Encoding.
func isPlain(encoding string) bool {
	for coding := range strings.SplitSeq(encoding, ",") {
		coding, _, _ = strings.Cut(coding, ";")
		coding = strings.TrimPrefix(strings.ToLower(strings.Trim(coding, " \t\"'")), "charset=")
		isCharset := slices.ContainsFunc(charsets, func(c string) bool { return strings.HasPrefix(coding, c) })
		if !isCharset && !slices.Contains(plainCodings, coding) && !isMediaType(coding) {
			return false
		}
	}
	return true
}

// isMediaType reports whether a coding is a media type, which some servers send in
// the wrong header. One of compressed files may mean a coding after all.
func isMediaType(coding string) bool {
	kind, _, ok := strings.Cut(coding, "/")
	return ok && slices.Contains([]string{"audio", "video", "image", "text"}, kind) ||
		coding == "application/octet-stream" || coding == "application/ogg"
}

// isFramed reports whether a body begins as one that was never taken out of the
// chunks in which it was sent to the server.
var isFramed = regexp.MustCompile(`^[0-9a-fA-F]{1,8}(;chunk-signature=[0-9a-f]*)?\r\n`).Match

// checkEncoding fails if a response's body is not the bytes of the file.
func (r *Response) checkEncoding(encoding string) error {
	if !isPlain(encoding) || strings.Contains(strings.ToLower(encoding), "chunked") && isFramed(r.begin()) {
		return fmt.Errorf("%w: Content-Encoding %.40q was not asked for", fault.ErrBadResponse, encoding)
	}
	return nil
}
