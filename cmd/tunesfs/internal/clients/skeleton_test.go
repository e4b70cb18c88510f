//go:build linux

package clients

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/layout"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// skeletons is the folder of those of the recordings that testdata of package intent
// tells of.
const skeletons = "testdata/skeletons"

// A skeleton is a recording of which only the bytes are kept that tell its parts; the
// others read as zeros. It is a [fetchtest.Content].
type skeleton struct {
	size  int64
	bones []bone
}

// A bone is bytes at an offset.
type bone struct {
	off  int64
	data []byte
}

// Size returns the size of the recording.
func (s *skeleton) Size() int64 { return s.size }

// ReadAt reads as from the recording.
func (s *skeleton) ReadAt(p []byte, off int64) (int, error) {
	n := int(max(min(int64(len(p)), s.size-off), 0))
	clear(p[:n])
	for _, b := range s.bones {
		if from := max(b.off, off); from < min(b.off+int64(len(b.data)), off+int64(n)) {
			copy(p[from-off:n], b.data[from-b.off:])
		}
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// skeletonPath returns the file of the skeleton of a recording: no two of a kind have one
// size.
func skeletonPath(kind string, size int64) string {
	return filepath.Join(skeletons, fmt.Sprintf("%d%s.txt", size, kind))
}

// readSkeleton reads a skeleton.
func readSkeleton(kind string, size int64) (*skeleton, error) {
	text, err := os.ReadFile(skeletonPath(kind, size))
	if err != nil {
		return nil, err
	}
	s := &skeleton{size: size}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		var b bone
		if _, err := fmt.Sscanf(line, "%d %x", &b.off, &b.data); err != nil {
			return nil, fmt.Errorf("%s: %w: %s", skeletonPath(kind, size), err, line)
		}
		s.bones = append(s.bones, b)
	}
	return s, nil
}

// A witness notes which bytes of a file are read, of those that are held.
type witness struct {
	io.ReaderAt
	held ranges.Set
	seen *ranges.Set
}

// errNotHeld is a read of bytes that are not held.
var errNotHeld = errors.New("not held")

func (w witness) ReadAt(p []byte, off int64) (int, error) {
	r := ranges.Range{Start: off, End: off + int64(len(p))}
	if !w.held.Contains(r) {
		return 0, errNotHeld
	}
	*w.seen = w.seen.Add(r)
	return w.ReaderAt.ReadAt(p, off)
}

// telling returns the bytes of a file that tell its parts, however much of it is held.
func telling(file io.ReaderAt, size int64) (seen ranges.Set) {
	tails := ranges.Set{{Start: max(size-tail, 0), End: size}}
	for end := int64(0); end < size+block; end += block {
		begun := ranges.Set{{Start: 0, End: min(end, size)}}
		layout.Of("", witness{file, begun, &seen}, size)
		layout.Of("", witness{file, begun.Add(tails[0]), &seen}, size)
	}
	return seen
}

var skeletonsKept sync.Once

// keepSkeletons writes the skeletons of the recordings.
func keepSkeletons(t *testing.T) {
	t.Helper()
	if err := os.MkdirAll(skeletons, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, r := range recordings {
		file, err := os.Open(filepath.Join(library(t), r.name))
		if err != nil {
			t.Fatal(err)
		}
		st, err := file.Stat()
		if err != nil {
			t.Fatal(err)
		}
		if err := keepSkeleton(filepath.Ext(r.name), file, st.Size()); err != nil {
			t.Fatal(err)
		}
		file.Close()
	}
}

// keepSkeleton writes the skeleton of a recording.
func keepSkeleton(kind string, file io.ReaderAt, size int64) error {
	text := fmt.Appendf(nil, "# the bytes that tell the parts of a recording of %d bytes\n", size)
	for _, r := range telling(file, size) {
		b := make([]byte, r.Len())
		if _, err := file.ReadAt(b, r.Start); err != nil {
			return err
		}
		text = fmt.Appendf(text, "%d %x\n", r.Start, b)
	}
	return os.WriteFile(skeletonPath(kind, size), text, 0o644)
}
