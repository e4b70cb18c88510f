package main

import (
	"errors"
	"strconv"
	"strings"

	"github.com/tunesfs/tunesfs/internal/diskspace"
)

// errSpace is a value of --min-free that is none.
var errSpace = errors.New("neither a number of bytes such as 2G nor a part of the disk such as 5%")

// A freeSpace is how much of a disk is to be left alone.
type freeSpace struct {
	percent float64 // of the disk, if above 0
	bytes   int64   // the space, or with percent the most it may come to; 0 for no such bound
}

// Set implements pflag.Value.
func (f *freeSpace) Set(text string) error {
	number, isPart := strings.CutSuffix(strings.TrimSpace(text), "%")
	if !isPart {
		n, err := parseSize(text)
		if err != nil {
			return errSpace
		}
		*f = freeSpace{bytes: n}
		return nil
	}
	percent, err := strconv.ParseFloat(number, 64)
	if err != nil || !(percent >= 0 && percent <= 100) {
		return errSpace
	}
	*f = freeSpace{percent: percent}
	return nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (f *freeSpace) UnmarshalText(text []byte) error { return f.Set(string(text)) }

// String implements pflag.Value.
func (f *freeSpace) String() string {
	if f.percent == 0 {
		return strconv.FormatInt(f.bytes, 10)
	}
	part := strconv.FormatFloat(f.percent, 'g', -1, 64) + "%"
	if f.bytes > 0 {
		part += ", 1G at most"
	}
	return part
}

// Type implements pflag.Value.
func (f *freeSpace) Type() string { return "space" }

// on returns the bytes to leave free on the disk of dir.
func (f *freeSpace) on(dir string) (int64, error) {
	if f.percent == 0 {
		return f.bytes, nil
	}
	space, err := diskspace.Of(dir)
	if err != nil {
		return 0, err
	}
	n := int64(float64(space.Size) * f.percent / 100)
	if f.bytes > 0 {
		n = min(n, f.bytes)
	}
	return n, nil
}
