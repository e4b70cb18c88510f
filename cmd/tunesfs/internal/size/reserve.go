package size

import (
	"errors"
	"strconv"
	"strings"

	"github.com/tunesfs/tunesfs/internal/diskspace"
)

// errSpace is a value of --min-free that is none.
var errSpace = errors.New("neither a number of bytes such as 2G nor a part of the disk such as 5%")

// A Reserve is how much of a disk is to be left alone.
type Reserve struct {
	Percent float64 // of the disk, if above 0
	Bytes   int64   // the space, or with percent the most it may come to; 0 for no such bound
}

// Set implements pflag.Value.
func (f *Reserve) Set(text string) error {
	number, isPart := strings.CutSuffix(strings.TrimSpace(text), "%")
	if !isPart {
		n, err := Parse(text)
		if err != nil {
			return errSpace
		}
		*f = Reserve{Bytes: n}
		return nil
	}
	percent, err := strconv.ParseFloat(number, 64)
	if err != nil || !(percent >= 0 && percent <= 100) {
		return errSpace
	}
	*f = Reserve{Percent: percent}
	return nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (f *Reserve) UnmarshalText(text []byte) error { return f.Set(string(text)) }

// String implements pflag.Value.
func (f *Reserve) String() string {
	if f.Percent == 0 {
		return strconv.FormatInt(f.Bytes, 10)
	}
	part := strconv.FormatFloat(f.Percent, 'g', -1, 64) + "%"
	if f.Bytes > 0 {
		part += ", 1G at most"
	}
	return part
}

// Type implements pflag.Value.
func (f *Reserve) Type() string { return "space" }

// On returns the bytes to leave free on the disk of dir.
func (f *Reserve) On(dir string) (int64, error) {
	if f.Percent == 0 {
		return f.Bytes, nil
	}
	space, err := diskspace.Of(dir)
	if err != nil {
		return 0, err
	}
	n := int64(float64(space.Size) * f.Percent / 100)
	if f.Bytes > 0 {
		n = min(n, f.Bytes)
	}
	return n, nil
}
