// Package claim owns what the listings of a catalog say of one version of a file,
// and the question whether two listings contradict each other. It is pure.
//
// It must never know bytes, servers or validators: a claim is hearsay, against
// which package fetch checks what a server itself says. Everything is in claim.go.
package claim

import (
	"cmp"
	"strings"
	"time"
)

// A Claim is what a listing says of a file.
type Claim struct {
	Size      int64         `json:"size"`                // bytes; -1 where the listing does not tell
	Modified  time.Time     `json:"modified,omitzero"`   // zero where the listing does not tell
	Precision time.Duration `json:"precision,omitempty"` // of Modified; 0 is a second
	Digest    string        `json:"digest,omitempty"`    // "md5:" or "sha1:" and hex; "" where the listing does not tell

	// Listing is the number of the listing: a later one has a greater number.
	Listing uint64 `json:"listing,omitempty"`

	// Refreshed is the number of the last listing that a user asked for by hand.
	Refreshed uint64 `json:"refreshed,omitempty"`
}

// None is the claim of no listing.
var None = Claim{Size: -1}

// IsZero reports whether the claim is none: a record does not have it.
func (c Claim) IsZero() bool { return !c.Tells() && c.Listing == 0 && c.Refreshed == 0 }

// Tells reports whether the claim has anything to tell versions apart by.
func (c Claim) Tells() bool { return c.Size >= 0 || !c.Modified.IsZero() || c.Digest != "" }

// Contradicts reports whether a field that both claims tell is different. Times are
// compared at the coarser of both precisions, digests of one algorithm only.
func (c Claim) Contradicts(o Claim) bool {
	if c.Size >= 0 && o.Size >= 0 && c.Size != o.Size {
		return true
	}
	if !c.Modified.IsZero() && !o.Modified.IsZero() && !SameTime(c.Modified, o.Modified, max(c.Precision, o.Precision)) {
		return true
	}
	algorithm, _, _ := strings.Cut(c.Digest, ":")
	other, _, _ := strings.Cut(o.Digest, ":")
	return algorithm == other && c.Digest != o.Digest
}

// SameTime reports whether two times are the same at a precision. 0 is a second.
func SameTime(a, b time.Time, precision time.Duration) bool {
	precision = cmp.Or(precision, time.Second)
	return a.Truncate(precision).Equal(b.Truncate(precision))
}

// Fill returns c with the fields that only o tells.
func (c Claim) Fill(o Claim) Claim {
	if c.Size < 0 {
		c.Size = o.Size
	}
	if c.Modified.IsZero() {
		c.Modified, c.Precision = o.Modified, o.Precision
	}
	c.Digest = cmp.Or(c.Digest, o.Digest)
	return c
}

// Next returns the claim that counts after a listing claims o: the later of both. Of
// one listing, or where nothing orders them, o counts, with what only c tells.
func (c Claim) Next(o Claim) Claim {
	refreshed := max(c.Refreshed, o.Refreshed)
	switch {
	case o.Listing == c.Listing:
		c = o.Fill(c)
	case o.Listing > c.Listing:
		c = o
	}
	c.Refreshed = refreshed
	return c
}
