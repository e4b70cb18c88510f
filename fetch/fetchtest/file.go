package fetchtest

import (
	"fmt"
	"net/http"
	"time"
)

// A File is what an origin has under one path, and how it treats those who
// ask. Only Name and Content are needed.
type File struct {
	Name    string // path without the first slash, not escaped
	Content Content

	ETag     string // as sent, with quotes; "" means a strong one of the origin's own
	WeakETag bool   // the origin's own is a weak one
	NoETag   bool

	Modified   time.Time // Last-Modified; zero means a time of the origin's own
	NoModified bool

	Type     string // Content-Type; "" means application/octet-stream
	NoRanges bool   // every GET is answered with the whole
	NoLength bool   // no Content-Length: the body is chunked
	Gzip     bool   // every GET is answered with the whole, compressed, asked or not
	// NoIfRange answers every If-Range with the whole, even one with the ETag
	// that the origin itself sent, as some CDNs do.
	NoIfRange bool
}

// firstModified is the Last-Modified of an origin's first version: before the time at
// which bubbles of testing/synctest begin.
var firstModified = time.Date(1995, time.August, 12, 10, 0, 0, 0, time.UTC)

// fill sets the validators that the file leaves to the origin. Every version
// has its own.
func (f *File) fill(version int) {
	switch {
	case f.NoETag:
		f.ETag = ""
	case f.ETag == "":
		f.ETag = fmt.Sprintf(`"v%d-%d"`, version, f.Content.Size())
		if f.WeakETag {
			f.ETag = "W/" + f.ETag
		}
	}
	switch {
	case f.NoModified:
		f.Modified = time.Time{}
	case f.Modified.IsZero():
		f.Modified = firstModified.Add(time.Duration(version) * time.Minute)
	}
	if f.Type == "" {
		f.Type = "application/octet-stream"
	}
}

// header is what every response about the file carries.
func (f *File) header() http.Header {
	h := http.Header{"Content-Type": {f.Type}}
	if f.ETag != "" {
		h.Set("ETag", f.ETag)
	}
	if !f.Modified.IsZero() {
		h.Set("Last-Modified", f.Modified.UTC().Format(http.TimeFormat))
	}
	if !f.NoRanges && !f.Gzip {
		h.Set("Accept-Ranges", "bytes")
	}
	return h
}
