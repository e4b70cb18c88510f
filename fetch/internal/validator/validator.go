// Package validator owns the question whether two responses are of the same version
// of a remote file, by the validators of RFC 9110 section 8.8 and by the size. It
// is pure.
//
// It must never know how a version was asked for, nor which of its bytes are held.
// Everything is in validator.go.
package validator

import (
	"net/http"
	"strings"
	"time"
)

// A Validator is what tells one version of a remote file from another.
type Validator struct {
	Size     int64  `json:"size"`               // bytes, -1 unknown
	ETag     string `json:"etag,omitempty"`     // as sent, quotes and all; only a strong one
	Modified string `json:"modified,omitempty"` // Last-Modified as sent

	// Dated is whether Modified is a strong validator: RFC 9110 section 8.8.2.2
	// wants it older than the answer, so that a second change in the same
	// second cannot hide.
	Dated bool `json:"dated,omitempty"`

	// Asked is whether the server itself told this, not only a catalog.
	Asked bool `json:"asked,omitempty"`
}

// Unknown is a remote file that was never asked for.
var Unknown = Validator{Size: -1}

// Of reads the fields ETag and Last-Modified of a response that was sent at a time,
// by the server's clock. The size is left unknown.
func Of(tag, lastModified string, sent time.Time) Validator {
	v := Validator{Size: -1, Modified: lastModified, Asked: true}
	if strings.HasPrefix(tag, `"`) {
		v.ETag = tag
	}
	modified, err := http.ParseTime(v.Modified)
	if err != nil {
		v.Modified = ""
		return v
	}
	v.Dated = sent.Sub(modified) >= time.Second
	return v
}

// Known reports whether the remote was asked: all else is a catalog's hint.
func (v Validator) Known() bool { return v.Asked }

// Strong reports whether ranges of two answers with this version may be put
// together.
func (v Validator) Strong() bool { return v.ETag != "" || v.Dated }

// IfRange returns the value for an If-Range header (RFC 9110 section 13.1.5),
// or "" where nothing strong is known.
func (v Validator) IfRange() string {
	switch {
	case v.ETag != "":
		return v.ETag
	case v.Dated:
		return v.Modified
	}
	return ""
}

// Same reports whether nothing that both v and o tell is different.
func (v Validator) Same(o Validator) bool {
	if v.Size >= 0 && o.Size >= 0 && v.Size != o.Size {
		return false
	}
	if v.ETag != "" && o.ETag != "" {
		return v.ETag == o.ETag
	}
	return v.Modified == "" || o.Modified == "" || v.Modified == o.Modified
}

// Proves reports whether v and o share a strong validator: not only that
// nothing differs, but that they are the same.
func (v Validator) Proves(o Validator) bool {
	if !v.Same(o) {
		return false
	}
	return (v.ETag != "" && v.ETag == o.ETag) || (v.Dated && o.Dated && v.Modified == o.Modified)
}

// Merge returns v with what only o tells added. Validators are added only to
// those that prove that they belong to the same bytes.
func (v Validator) Merge(o Validator) Validator {
	if v.Size < 0 {
		v.Size = o.Size
	}
	if v.Known() && !v.Proves(o) {
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

// ModTime returns Last-Modified as a time, zero if unknown.
func (v Validator) ModTime() time.Time {
	if v.Modified == "" {
		return time.Time{} // an error of ParseTime would cost memory
	}
	t, err := http.ParseTime(v.Modified)
	if err != nil {
		return time.Time{}
	}
	return t
}
