package fs

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"syscall"
	"time"

	"github.com/hanwen/go-fuse/v2/fuse"
)

const (
	fileMode = syscall.S_IFREG | 0o644
	dirMode  = syscall.S_IFDIR | 0o755
	rootIno  = 1

	// unsizedMode is that of a file shown as empty because its size cannot be had.
	// GNU tar does not open an empty file that everybody may read.
	unsizedMode = syscall.S_IFREG | 0o600
)

// kind keeps the inode numbers of different things with one name apart.
type kind string

const (
	searchKind   kind = "search"
	folderKind   kind = "folder"
	trackKind    kind = "track"
	sidecarKind  kind = "sidecar"
	playlistKind kind = "playlist"
	sumsKind     kind = "sums"
	metaKind     kind = "meta"
	pendingKind  kind = "pending"
)

// key names a thing in what is saved.
func (k kind) key(id string) string { return string(k) + ":" + id }

// ino returns the inode number of a thing: the same at every mount of the same
// catalog. The hash is a strong one because go-fuse takes two files with one
// number for the same.
func (f *FS) ino(k kind, id string) uint64 {
	var room [256]byte // for most without an allocation: a folder may ask for 100,000
	text := append(append(append(append(append(room[:0], f.cfg.Catalog...), 0), k...), 0), id...)
	sum := sha256.Sum256(text)
	return unreserved(binary.BigEndian.Uint64(sum[:]))
}

// unreserved avoids the numbers that mean something to go-fuse: 0, 1 for the
// root, and the highest.
func unreserved(n uint64) uint64 {
	if n <= rootIno || n == math.MaxUint64 {
		return n ^ 1<<32
	}
	return n
}

// fill sets attributes but for the inode number, which the node knows. Blocks
// are as of the whole size, which go-fuse adds. A folder has one link, which
// tells find(1) not to count its sub-folders by it.
func (f *FS) fill(out *fuse.Attr, mode uint32, size int64, modified time.Time) {
	out.Mode = mode
	out.Nlink = 1
	out.Uid, out.Gid = f.cfg.UID, f.cfg.GID
	out.Size = uint64(max(size, 0))
	if modified.IsZero() {
		modified = time.Unix(0, 0)
	}
	sec, nsec := uint64(modified.Unix()), uint32(modified.Nanosecond())
	out.Mtime, out.Mtimensec = sec, nsec
	out.Ctime, out.Ctimensec = sec, nsec
	out.Atime, out.Atimensec = sec, nsec
}
