// Package size owns the numbers of bytes that users write: 500k, 2M, 1.5Gi, or a
// part of a disk such as 5%. Each kind is the value of a flag and of a key in the
// configuration.
//
// It must never know what a size is for. Open size.go first.
package size

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// errSize is a number of bytes that is none.
var errSize = errors.New("not a number of bytes such as 500000, 500k, 1.5M or 2Mi")

// sizeUnits are decimal as in the progress text; those with an i are binary.
var sizeUnits = map[string]float64{
	"": 1, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12,
	"ki": 1 << 10, "mi": 1 << 20, "gi": 1 << 30, "ti": 1 << 40,
}

// A Bytes is the value of a flag that takes a number of bytes.
type Bytes int64

// Set implements pflag.Value.
func (b *Bytes) Set(text string) error {
	n, err := Parse(text)
	*b = Bytes(n)
	return err
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (b *Bytes) UnmarshalText(text []byte) error { return b.Set(string(text)) }

// String implements pflag.Value.
func (b *Bytes) String() string { return strconv.FormatInt(int64(*b), 10) }

// Type implements pflag.Value.
func (b *Bytes) Type() string { return "bytes" }

// Parse reads a number with a unit; a B after the unit is allowed.
func Parse(text string) (int64, error) {
	lower := strings.TrimSuffix(strings.ToLower(strings.TrimSpace(text)), "b")
	digits := strings.TrimRight(lower, "kmgti")
	unit, ok := sizeUnits[lower[len(digits):]]
	if !ok || strings.Trim(digits, "0123456789.") != "" {
		return 0, errSize
	}
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil || n*unit >= math.MaxInt64 {
		return 0, errSize
	}
	return int64(n * unit), nil
}
