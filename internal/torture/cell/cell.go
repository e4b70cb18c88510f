// Package cell owns the bytes of the files of a torture run. Each 16 bytes name
// the file, the version and the offset at which they stand, so that a judge can
// tell of any bytes where they belong.
//
// It must never know who reads them. Everything is in cell.go and scan.go.
package cell

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
)

// Size is the length of a cell in bytes. The last cell of a file may be cut.
const Size = 16

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A Version names one version of one file.
type Version struct {
	File   uint32 `json:"file"`
	Number uint32 `json:"number"`
}

func (v Version) String() string { return fmt.Sprintf("file %d version %d", v.File, v.Number) }

// put writes the cell that begins at offset at, a multiple of Size.
func (v Version) put(b *[Size]byte, at int64) {
	binary.LittleEndian.PutUint32(b[0:], v.File)
	binary.LittleEndian.PutUint32(b[4:], v.Number)
	binary.LittleEndian.PutUint32(b[8:], uint32(at/Size))
	binary.LittleEndian.PutUint32(b[12:], crc32.Checksum(b[:12], castagnoli))
}

// parse returns the version and the offset that a whole cell names, or false where
// the bytes are no cell.
func parse(b []byte) (v Version, at int64, ok bool) {
	if binary.LittleEndian.Uint32(b[12:]) != crc32.Checksum(b[:12], castagnoli) {
		return Version{}, 0, false
	}
	v = Version{binary.LittleEndian.Uint32(b[0:]), binary.LittleEndian.Uint32(b[4:])}
	return v, int64(binary.LittleEndian.Uint32(b[8:])) * Size, true
}

// Content is the bytes of one version. It costs no memory.
type Content struct {
	Version
	Length int64
}

// Size returns the length in bytes.
func (c Content) Size() int64 { return c.Length }

// ReadAt implements io.ReaderAt.
func (c Content) ReadAt(p []byte, off int64) (int, error) {
	n := int(max(0, min(int64(len(p)), c.Length-off)))
	var b [Size]byte
	for done := 0; done < n; {
		at := off + int64(done)
		c.put(&b, at-at%Size)
		done += copy(p[done:n], b[at%Size:])
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
