package fetch

import (
	"net/http"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A version is what tells one version of a remote file from another.
type version struct {
	Size     int64  `json:"size"`               // bytes, -1 unknown
	ETag     string `json:"etag,omitempty"`     // as sent, quotes and all; only a strong one
	Modified string `json:"modified,omitempty"` // Last-Modified as sent

	// Dated is whether Modified is a strong validator: RFC 9110 section 8.8.2.2
	// wants it older than the answer, so that a second change in the same
	// second cannot hide.
	Dated bool `json:"dated,omitempty"`

	// Asked is whether the server itself told this, not only a catalogue.
	Asked bool `json:"asked,omitempty"`
}

// unknownVersion is a remote file that was never asked for.
var unknownVersion = version{Size: -1}

// versionOf reads the validators of an answer; its size is left unknown.
func versionOf(h http.Header, now time.Time) version {
	v := version{Size: -1, Modified: h.Get("Last-Modified"), Asked: true}
	if tag := h.Get("ETag"); strings.HasPrefix(tag, `"`) {
		v.ETag = tag
	}
	modified, err := http.ParseTime(v.Modified)
	if err != nil {
		v.Modified = ""
		return v
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	v.Dated = now.Sub(modified) >= time.Second
	return v
}

// known reports whether the remote was asked: all else is a catalogue's hint.
func (v version) known() bool { return v.Asked }

// strong reports whether ranges of two answers with this version may be put
// together.
func (v version) strong() bool { return v.ETag != "" || v.Dated }

// ifRange returns the value for an If-Range header (RFC 9110 section 13.1.5),
// or "" where nothing strong is known.
func (v version) ifRange() string {
	switch {
	case v.ETag != "":
		return v.ETag
	case v.Dated:
		return v.Modified
	}
	return ""
}

// same reports whether nothing that both v and o tell is different.
func (v version) same(o version) bool {
	if v.Size >= 0 && o.Size >= 0 && v.Size != o.Size {
		return false
	}
	if v.ETag != "" && o.ETag != "" {
		return v.ETag == o.ETag
	}
	return v.Modified == "" || o.Modified == "" || v.Modified == o.Modified
}

// proves reports whether v and o share a strong validator: not only that
// nothing differs, but that they are the same.
func (v version) proves(o version) bool {
	if !v.same(o) {
		return false
	}
	return (v.ETag != "" && v.ETag == o.ETag) || (v.Dated && o.Dated && v.Modified == o.Modified)
}

// continues reports whether what an answer to a request with ifRange holds may
// be put together with what is held of v. Where v has no strong validator, that
// is for a comparison of the bytes to find out.
func (v version) continues(a answer, ifRange string) bool {
	switch {
	case !v.same(a.version), v.Size >= 0 && a.body.End > v.Size && a.body.End != ranges.Unbounded:
		return false
	case v.proves(a.version), a.body.Empty():
		return true
	case !v.strong():
		told := (v.Size < 0) == (a.version.Size < 0)                      // else the end may be another,
		return !v.known() || !a.whole || told || v.Size >= 0 && !a.framed // or one that a cut only feigns
	}
	return ifRange != "" && !a.whole
}

// merge returns v with what only o tells added. Validators are added only to
// those that prove that they belong to the same bytes.
func (v version) merge(o version) version {
	if v.Size < 0 {
		v.Size = o.Size
	}
	if v.known() && !v.proves(o) {
		return v
	}
	if v.ETag == "" {
		v.ETag = o.ETag
	}
	if v.Modified == "" {
		v.Modified = o.Modified
	}
	v.Asked = v.Asked || o.Asked
	v.Dated = v.Dated || (o.Dated && v.Modified == o.Modified)
	return v
}

// modified returns Last-Modified as a time, zero if unknown.
func (v version) modified() time.Time {
	t, err := http.ParseTime(v.Modified)
	if err != nil {
		return time.Time{}
	}
	return t
}
