package layout

import "github.com/tunesfs/tunesfs/internal/ranges"

const (
	id3Header = 10  // bytes of the header of an ID3v2 tag, and of its footer
	id3v1Tag  = 128 // bytes of an ID3v1 tag
	apeFooter = 32  // bytes of the footer of an APE tag, and of its header
)

// parseID3 marks the ID3v2 tags at off, and returns where they end.
// https://id3.org/id3v2.4.0-structure, section 3.1
func (f *file) parseID3(off int64) int64 {
	for range 4 { // one after the other is legal, many are not
		b := f.read(off, id3Header)
		if b == nil || string(b[:3]) != "ID3" || b[3] == 0xFF || b[4] == 0xFF {
			return off
		}
		n := id3Header + synchsafe(b[6:10])
		if b[5]&0x10 != 0 {
			n += id3Header
		}
		end, ok := f.mark(off, n)
		if off = end; !ok {
			return off
		}
	}
	return off
}

// synchsafe returns a number of seven bits a byte. The eighth, which must not be set, is
// ignored, as readers do.
func synchsafe(b []byte) (n int64) {
	for _, c := range b {
		n = n<<7 | int64(c&0x7F)
	}
	return n
}

// parseTail marks the ID3v1 and APE tags at the end of a file of size bytes.
// https://wiki.hydrogenaud.io/index.php?title=APEv2_specification
func (f *file) parseTail(size int64) {
	f.steps = 0 // however many parts came before
	end := size
	if b := f.read(end-id3v1Tag, id3v1Tag); b != nil && string(b[:3]) == "TAG" {
		f.mark(end-id3v1Tag, id3v1Tag)
		end -= id3v1Tag
	}
	b := f.read(end-apeFooter, apeFooter)
	if b == nil || string(b[:8]) != "APETAGEX" {
		return
	}
	n := littleNumber(b[12:16]) // with the footer, without the header
	if b[23]&0x80 != 0 {        // it has a header
		n += apeFooter
	}
	n = min(max(n, apeFooter), end)
	f.structure = f.structure.Add(ranges.Range{Start: end - n, End: end})
}
