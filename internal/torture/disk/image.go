package disk

import (
	"io"
	"maps"
	"slices"
)

// blockSize is how many bytes the disk writes at once, whole or not at all.
const blockSize = 4096

// An image is a file that the disk does not hold as programs see it.
type image struct {
	size   int64           // that the disk holds, in bytes
	low    int64           // the smallest size that programs saw since
	blocks map[int64]block // that programs changed since, by number
}

// A block is one that programs changed.
type block struct {
	old []byte // that the disk holds; what is missing at its end reads as zeros
	// lost says that a sync failed: the kernel forgets that the block has to be
	// written, so no later sync writes it.
	lost bool
}

// newImage returns the image of a file of which the disk holds everything.
func newImage(size int64) *image {
	return &image{size: size, low: size, blocks: make(map[int64]block)}
}

// change notes that the bytes from from to to are about to change. It takes the old
// ones from f.
func (im *image) change(f io.ReaderAt, from, to int64) error {
	for n := from / blockSize; n*blockSize < to; n++ {
		b, known := im.blocks[n]
		if !known {
			old := make([]byte, max(min(blockSize, im.size-n*blockSize), 0))
			read, err := f.ReadAt(old, n*blockSize)
			if err != nil && err != io.EOF {
				return err
			}
			b.old = old[:read]
		}
		b.lost = false
		im.blocks[n] = b
	}
	return nil
}

// resize notes that programs are about to change the size from live to size.
func (im *image) resize(f io.ReaderAt, live, size int64) error {
	im.low = min(im.low, size)
	if size >= live {
		return nil
	}
	return im.change(f, size, live)
}

// synced notes that the disk now holds the file, of size bytes, as programs see it,
// but for what it has lost.
func (im *image) synced(size int64) {
	im.size, im.low = size, size
	for n, b := range im.blocks {
		if !b.lost || n*blockSize >= size {
			delete(im.blocks, n)
			continue
		}
		b.old = b.old[:min(int64(len(b.old)), size-n*blockSize)]
		im.blocks[n] = b
	}
}

// failed notes that the disk could not write the blocks that programs changed.
func (im *image) failed() {
	for n, b := range im.blocks {
		b.lost = true
		im.blocks[n] = b
	}
}

// whole reports whether the disk holds the file as programs see it.
func (im *image) whole(size int64) bool { return im.size == size && len(im.blocks) == 0 }

// afterCut returns which size the file has after a power cut, of live bytes before,
// and the old blocks that are back.
func (im *image) afterCut(live int64, l luck) (size int64, back map[int64][]byte) {
	back = make(map[int64][]byte)
	cutShort := im.low < im.size
	sizes := []int64{im.size, live, im.low}
	which := l.pick(len(sizes))
	for _, n := range slices.Sorted(maps.Keys(im.blocks)) {
		b := im.blocks[n]
		old := b.old
		switch {
		case which == 0 && cutShort: // what was written after that has no place in the file
		case !b.lost && l.keep():
			continue
		case which > 0 && cutShort:
			old = old[:max(min(int64(len(old)), im.low-n*blockSize), 0)]
		}
		back[n] = old
	}
	return sizes[which], back
}
