// Package ranges owns sets of bytes of a file: which are held, wanted or on their
// way.
//
// It is pure and must never know a file or a request. Everything is in ranges.go.
package ranges

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sort"
)

// Unbounded is the End of a range whose end is not known yet.
const Unbounded = math.MaxInt64

// A Range is the bytes from Start up to but not including End.
type Range struct {
	Start, End int64
}

// Len returns the number of bytes in r.
func (r Range) Len() int64 { return r.End - r.Start }

// Empty reports whether r holds no bytes.
func (r Range) Empty() bool { return r.End <= r.Start }

// Intersect returns the bytes that r and o share; it may be Empty.
func (r Range) Intersect(o Range) Range {
	return Range{max(r.Start, o.Start), min(r.End, o.End)}
}

// A Set is a set of bytes: sorted, not empty, neither overlapping nor touching.
// The zero value is the empty set. Methods never change the set they are called
// on, so callers may share a Set.
type Set []Range

// Add returns the set with the bytes of r in it.
func (rs Set) Add(r Range) Set {
	if r.Empty() {
		return rs
	}
	// All ranges from i up to j overlap or touch r and become one with it.
	i := sort.Search(len(rs), func(i int) bool { return rs[i].End >= r.Start })
	j := i + sort.Search(len(rs)-i, func(k int) bool { return rs[i+k].Start > r.End })
	if i < j {
		r.Start = min(r.Start, rs[i].Start)
		r.End = max(r.End, rs[j-1].End)
	}
	return slices.Concat(rs[:i], Set{r}, rs[j:])
}

// Remove returns the set without the bytes of r.
func (rs Set) Remove(r Range) Set {
	if r.Empty() {
		return rs
	}
	var out Set
	for _, have := range rs {
		if left := (Range{have.Start, min(have.End, r.Start)}); !left.Empty() {
			out = append(out, left)
		}
		if right := (Range{max(have.Start, r.End), have.End}); !right.Empty() {
			out = append(out, right)
		}
	}
	return out
}

// Len returns the number of bytes in the set.
func (rs Set) Len() int64 {
	var n int64
	for _, r := range rs {
		n += r.Len()
	}
	return n
}

// Contains reports whether every byte of r is in the set.
func (rs Set) Contains(r Range) bool {
	return r.Empty() || rs.From(r.Start) >= r.Len()
}

// From returns how many bytes are in the set from off on without a gap.
func (rs Set) From(off int64) int64 {
	i := sort.Search(len(rs), func(i int) bool { return rs[i].End > off })
	if i == len(rs) || rs[i].Start > off {
		return 0
	}
	return rs[i].End - off
}

// Missing returns the bytes of r that are not in the set.
func (rs Set) Missing(r Range) Set {
	var out Set
	i := sort.Search(len(rs), func(i int) bool { return rs[i].End > r.Start })
	for ; i < len(rs) && rs[i].Start < r.End; i++ {
		if rs[i].Start > r.Start {
			out = append(out, Range{r.Start, rs[i].Start})
		}
		r.Start = rs[i].End
	}
	if !r.Empty() {
		out = append(out, r)
	}
	return out
}

// Valid reports whether the set is in canonical form and within size bytes.
func (rs Set) Valid(size int64) bool {
	last := int64(-1)
	for _, r := range rs {
		if r.Start < 0 || r.Empty() || r.Start <= last || (size >= 0 && r.End > size) {
			return false
		}
		last = r.End
	}
	return true
}

// MarshalJSON writes r as [start,end].
func (r Range) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, "[%d,%d]", r.Start, r.End), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (r *Range) UnmarshalJSON(b []byte) error {
	var pair [2]int64
	if err := json.Unmarshal(b, &pair); err != nil {
		return err
	}
	*r = Range{pair[0], pair[1]}
	return nil
}
