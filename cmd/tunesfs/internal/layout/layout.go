// Package layout tells which parts of a file of audio are structure, from bytes of it
// that were read already: tags with their pictures, indexes and headers. It knows the
// containers ID3v2 and APE tags (any file), FLAC, MP4, Ogg, RIFF and AIFF, ASF, DSF and
// Matroska.
//
// It must never know where the bytes come from, or what follows from the structure.
// Open layout.go first, at Of; a container is a file.
package layout

import (
	"io"
	"math"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

const (
	// maxSteps is how many parts of a file are looked at: a hostile one may have any number.
	maxSteps = 1 << 10

	// maxStructure is how many bytes of a file count as structure, whatever its lengths say.
	maxStructure = 32 << 20
)

// Of returns the layout of a file of size bytes, -1 unknown. held gives the bytes that are
// held, and fails for others. It is made for [fetch.Options].
func Of(_ string, held io.ReaderAt, size int64) fetch.Layout {
	f := &file{held: held, end: size}
	if size < 0 {
		f.end = math.MaxInt64
	}
	f.parse()
	if size >= 0 {
		f.parseTail(size)
	}
	return fetch.Layout{Structure: bounded(f.structure), Lacks: f.lacks}
}

// bounded returns the first maxStructure bytes of a set.
func bounded(all ranges.Set) (some ranges.Set) {
	left := int64(maxStructure)
	for _, r := range all {
		r.End = min(r.End, r.Start+left)
		left -= max(r.Len(), 0)
		some = some.Add(r)
	}
	return some
}

// A file is one that is being parsed.
type file struct {
	held      io.ReaderAt
	end       int64
	structure ranges.Set
	lacks     ranges.Set
	steps     int
}

// container parses a file from an offset on, at which its first bytes were found.
type container func(f *file, off int64)

// sniffLen is how many bytes tell a container.
const sniffLen = 16

// sniff returns the container that begins with b, or nil.
func sniff(b []byte) container {
	switch four := string(b[:4]); {
	case four == "fLaC":
		return (*file).parseFLAC
	case four == "OggS":
		return (*file).parseOgg
	case isMP4(string(b[4:8])):
		return (*file).parseMP4
	case isIFF(b):
		return (*file).parseIFF
	case string(b) == asfHeader:
		return (*file).parseASF
	case four == ebmlHeader:
		return (*file).parseMatroska
	case four == "DSD ":
		return (*file).parseDSF
	}
	return nil
}

// parse walks the file from its start.
func (f *file) parse() {
	off := f.parseID3(0)
	b := f.read(off, sniffLen)
	if b == nil {
		return
	}
	if parse := sniff(b); parse != nil {
		parse(f, off)
	}
}

// read returns n bytes at off, or nil if they are not held, are beyond the end, or the
// file has too many parts. It notes the bytes that are not held.
func (f *file) read(off, n int64) []byte {
	if f.steps++; off < 0 || off > f.end-n || f.steps > maxSteps {
		return nil
	}
	b := make([]byte, n)
	if got, _ := f.held.ReadAt(b, off); got < len(b) {
		f.lacks = f.lacks.Add(ranges.Range{Start: off, End: off + n})
		return nil
	}
	return b
}

// mark adds n bytes at off to the structure, and returns where they end: at most at the
// end of the file. ok is false if nothing can follow.
func (f *file) mark(off, n int64) (end int64, ok bool) {
	end, ok = f.skip(off, n)
	f.structure = f.structure.Add(ranges.Range{Start: off, End: end})
	return end, ok
}

// guess adds all from off on to the structure, for as long as bytes there are not held
// that tell what it is: behind the audio stand the index and tags.
func (f *file) guess(off int64) {
	if f.end < math.MaxInt64 && off < f.end {
		f.mark(off, f.end-off)
	}
}

// skip returns where n bytes at off end: at most at the end of the file. ok is false if
// nothing can follow.
func (f *file) skip(off, n int64) (end int64, ok bool) {
	if n < 0 || n >= f.end-off {
		return f.end, false
	}
	return off + n, true
}

// number returns the bytes of b as a number, the first one the greatest. It is negative
// where an int64 does not hold it.
func number(b []byte) (n int64) {
	for _, c := range b {
		n = n<<8 | int64(c)
	}
	return n
}

// littleNumber is number of bytes of which the first is the least.
func littleNumber(b []byte) (n int64) {
	for i := len(b) - 1; i >= 0; i-- {
		n = n<<8 | int64(b[i])
	}
	return n
}
