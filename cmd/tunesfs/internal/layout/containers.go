package layout

// parseFLAC marks the metadata blocks of a FLAC stream: RFC 9639, section 8.
func (f *file) parseFLAC(off int64) {
	off, ok := f.mark(off, 4)
	for last := false; ok && !last; {
		b := f.read(off, 4)
		if b == nil || b[0]&0x7F == 0x7F {
			return
		}
		last = b[0]&0x80 != 0
		off, ok = f.mark(off, 4+number(b[1:4]))
	}
}

const (
	oggHeader   = 27  // bytes of the header of an Ogg page, without its segment table
	oggSegments = 255 // entries of that table at most
)

// parseOgg marks the pages of an Ogg stream before the first with audio: those of
// headers have the granule position 0 or none. RFC 3533, section 6
func (f *file) parseOgg(off int64) {
	for ok := true; ok; {
		b := f.read(off, oggHeader)
		if b == nil || string(b[:4]) != "OggS" || number(b[6:14]) != 0 && number(b[6:14]) != -1 {
			return
		}
		table := f.read(off+oggHeader, int64(b[26]))
		if table == nil {
			return
		}
		n := oggHeader + int64(len(table))
		for _, c := range table {
			n += int64(c)
		}
		off, ok = f.mark(off, n)
	}
}

// isMP4 reports whether a file begins with a box of this type.
func isMP4(kind string) bool {
	switch kind {
	case "ftyp", "moov", "mdat", "free", "skip", "wide", "pnot", "styp":
		return true
	}
	return false
}

// parseMP4 marks all boxes but those of audio: ISO/IEC 14496-12, section 4.2. An index
// that does not stand before the audio stands behind it.
func (f *file) parseMP4(off int64) {
	indexed, audio := false, false
	for ok := true; ok; {
		b := f.read(off, 8)
		if b == nil {
			if audio && !indexed {
				f.guess(off)
			}
			return
		}
		header, n := int64(8), number(b[:4])
		switch n {
		case 0: // up to the end of the file
			n = f.end - off
		case 1:
			if b = f.read(off, 16); b == nil {
				return
			}
			header, n = 16, number(b[8:16])
		}
		if n >= 0 && n < header {
			return
		}
		switch string(b[4:8]) {
		case "mdat":
			audio = true
			f.mark(off, header)
			off, ok = f.skip(off, n)
		case "moov", "moof":
			indexed = true
			off, ok = f.mark(off, n)
		default:
			off, ok = f.mark(off, n)
		}
	}
}

// isIFF reports whether a file begins as RIFF or AIFF does.
func isIFF(b []byte) bool {
	switch string(b[:4]) {
	case "RIFF", "RF64", "BW64":
		return string(b[8:12]) == "WAVE"
	case "FORM":
		return string(b[8:12]) == "AIFF" || string(b[8:12]) == "AIFC"
	}
	return false
}

// parseIFF marks all chunks but those of audio. A size that a chunk of 32 bits does not
// hold stands in the chunk ds64: EBU Tech 3306, section 4.
func (f *file) parseIFF(off int64) {
	length := littleNumber
	if b := f.read(off, 4); b != nil && string(b) == "FORM" {
		length = number
	}
	large := int64(-1) // of the audio, as ds64 tells it
	audio := false
	off, ok := f.mark(off, 12)
	for ok {
		b := f.read(off, 8)
		if b == nil {
			if audio {
				f.guess(off)
			}
			return
		}
		kind, n := string(b[:4]), length(b[4:8])
		if kind == "ds64" {
			if sizes := f.read(off+8, 16); sizes != nil {
				large = littleNumber(sizes[8:16])
			}
		}
		if kind != "data" && kind != "SSND" {
			off, ok = f.mark(off, 8+n+n%2)
			continue
		}
		if n == 1<<32-1 && large >= 0 {
			n = large
		}
		audio = true
		f.mark(off, 8)
		if off, ok = f.skip(off, 8); ok {
			off, ok = f.skip(off, n)
		}
		if ok && n%2 == 1 {
			off, ok = f.skip(off, 1)
		}
	}
}

// asfHeader is the identifier of an ASF header object.
const asfHeader = "\x30\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9\x00\xAA\x00\x62\xCE\x6C"

// parseASF marks the header object of ASF, as WMA files have it: section 3.1 of its
// specification.
func (f *file) parseASF(off int64) {
	if b := f.read(off+sniffLen, 8); b != nil {
		f.mark(off, littleNumber(b))
	}
}

// parseDSF marks the header of a DSF file, and the ID3v2 tag that it points to.
func (f *file) parseDSF(off int64) {
	f.mark(off, 92)
	b := f.read(off+20, 8)
	if b == nil {
		return
	}
	tag := littleNumber(b)
	if tag <= off {
		return
	}
	if f.read(tag, id3Header) == nil {
		f.guess(tag)
	}
	f.parseID3(tag)
}
