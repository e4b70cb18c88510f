package origin

import (
	"net/http"
	"net/textproto"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/httprule"
)

// Bounds of the fields of a response, in bytes. A longer validator is none, and so is
// a longer date. What is longer of the others cannot be read.
const (
	maxTag   = 1 << 10
	maxDate  = 64
	maxField = 256
)

// tooLong stands for the value of a field that is longer than any honest one. It has
// no meaning in any field.
const tooLong = "(too long)"

// Fields are what is read of the header of a response. This is the one place that
// sees the header: each field is bounded and shares no memory with it.
type fields struct {
	tag, modified string
	sent          time.Time // by Date, else when it was received
	mediaType     string
	boundary      string // of the parts of a body (RFC 2046 section 5.1.1)
	contentRange  string
	encoding      string
	retryAfter    string
}

// readFields returns the fields of a response that came at now.
func readFields(h http.Header, now time.Time) fields {
	f := partFields(textproto.MIMEHeader(h))
	f.tag, f.modified = bounded(h.Get("ETag"), maxTag, ""), bounded(h.Get("Last-Modified"), maxDate, "")
	f.encoding = bounded(strings.Join(h.Values("Content-Encoding"), ","), maxField, tooLong)
	f.retryAfter = bounded(h.Get("Retry-After"), maxDate, "")
	f.sent = httprule.Sent(bounded(h.Get("Date"), maxDate, ""), now)
	return f
}

// partFields returns the fields of a part of a body (RFC 9110 section 14.6).
func partFields(h textproto.MIMEHeader) fields {
	typ := h.Get("Content-Type")
	return fields{mediaType: httprule.MediaType(typ), boundary: boundaryOf(typ),
		contentRange: bounded(h.Get("Content-Range"), maxField, tooLong)}
}

// bounded returns a copy of value, or long where it has more than most bytes.
func bounded(value string, most int, long string) string {
	if len(value) > most {
		return long
	}
	return strings.Clone(value)
}

// validator returns the validators of a response. Its size is left unknown.
func (f fields) validator() validator.Validator { return validator.Of(f.tag, f.modified, f.sent) }
