package layout

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

const kb = 1 << 10

// zeros returns n bytes of no meaning.
func zeros(n int) string { return strings.Repeat("\x00", n) }

// big and little return n in so many bytes.
func big(n uint64, bytes int) string {
	b := binary.BigEndian.AppendUint64(nil, n)
	return string(b[8-bytes:])
}

func little(n uint64, bytes int) string {
	b := binary.LittleEndian.AppendUint64(nil, n)
	return string(b[:bytes])
}

// id3 returns an ID3v2 tag with a body of n bytes.
func id3(n int) string {
	return "ID3\x04\x00\x00" + string([]byte{byte(n >> 21 & 0x7F), byte(n >> 14 & 0x7F), byte(n >> 7 & 0x7F), byte(n & 0x7F)}) + zeros(n)
}

// ape returns an APE tag with a body of n bytes, and a header if one is wanted.
func ape(n int, header bool) string {
	flags := uint64(0)
	if header {
		flags = 0x80000000
	}
	edge := "APETAGEX" + little(2000, 4) + little(uint64(n+apeFooter), 4) + little(1, 4) + little(flags, 4) + zeros(8)
	if header {
		return edge + zeros(n) + edge
	}
	return zeros(n) + edge
}

// block returns a FLAC metadata block with a body of n bytes.
func block(kind byte, n int) string { return string([]byte{kind}) + big(uint64(n), 3) + zeros(n) }

// page returns an Ogg page with n segments of 255 bytes.
func page(granule uint64, n int) string {
	return "OggS\x00\x00" + little(granule, 8) + zeros(12) + string([]byte{byte(n)}) + strings.Repeat("\xFF", n) + zeros(255*n)
}

// box returns an MP4 box with a body of n bytes.
func box(kind string, n int) string { return big(uint64(8+n), 4) + kind + zeros(n) }

// chunk returns a RIFF chunk with a body of n bytes.
func chunk(kind string, n int) string { return kind + little(uint64(n), 4) + zeros(n+n%2) }

// aiffChunk is chunk of AIFF.
func aiffChunk(kind string, n int) string { return kind + big(uint64(n), 4) + zeros(n+n%2) }

// ebml returns an element of Matroska with a size of 8 bytes, or of 1 for none.
func ebml(id uint64, body string) string {
	n := 4
	for n > 1 && id>>(8*(n-1)) == 0 {
		n--
	}
	return big(id, n) + "\x01" + big(uint64(len(body)), 7) + body
}

// matroska returns a file of one segment.
func matroska(parts ...string) string {
	return ebml(0x1A45DFA3, zeros(20)) + ebml(segmentID, strings.Join(parts, ""))
}

// seeks returns an index of the parts of a segment at these offsets.
func seeks(at ...int) string {
	var all string
	for _, off := range at {
		all += ebml(seekID, ebml(0x53AB, "\x15\x49\xA9\x66")+ebml(seekPosition, big(uint64(off), 3)))
	}
	return ebml(seekHeadID, all)
}

// audio is what is no structure.
var audio = strings.Repeat("\xFF\xFBaudio\x00", 8*kb)

// TestOf holds a file of each kind, all of which is held.
func TestOf(t *testing.T) {
	const wave = "RIFF\x00\x00\x00\x00WAVE"
	n := int64(len(audio))
	at := func(start, end int) ranges.Set { return ranges.Set{{Start: int64(start), End: int64(end)}} }
	for name, c := range map[string]struct {
		file string
		want ranges.Set
	}{
		"empty":                       {"", nil},
		"a byte":                      {"I", nil},
		"no structure":                {audio, nil},
		"text":                        {strings.Repeat("these are words\n", 100), nil},
		"ID3v2":                       {id3(4000) + audio, at(0, 4010)},
		"ID3v2 with a cover":          {id3(2<<20) + audio, at(0, 2<<20+10)},
		"ID3v2 with a footer":         {"ID3\x04\x00\x10\x00\x00\x00\x10" + zeros(26) + audio, at(0, 36)},
		"two ID3v2":                   {id3(100) + id3(200) + audio, at(0, 320)},
		"ID3v2 that is cut off":       {id3(4000)[:2000], at(0, 2000)},
		"no ID3v2":                    {"ID3\xFF\x00\x00\x00\x00\x10\x00" + audio, nil},
		"ID3v1":                       {audio + "TAG" + zeros(125), ranges.Set{{Start: n, End: n + 128}}},
		"APE":                         {audio + ape(1000, false), ranges.Set{{Start: n, End: n + 1032}}},
		"APE with a header":           {audio + ape(1000, true), ranges.Set{{Start: n, End: n + 1064}}},
		"APE and ID3v1":               {audio + ape(1000, true) + "TAG" + zeros(125), ranges.Set{{Start: n, End: n + 1064 + 128}}},
		"APE larger than the file":    {"APETAGEX" + zeros(4) + "\xFF\xFF\xFF\x7F" + zeros(16), at(0, 32)},
		"ID3v2, APE and ID3v1":        {id3(100) + audio + ape(100, false) + "TAG" + zeros(125), ranges.Set{{Start: 0, End: 110}, {Start: 110 + n, End: 110 + n + 132 + 128}}},
		"FLAC":                        {"fLaC" + block(0, 34) + block(4, 200) + block(0x86, 3000) + audio, at(0, 4+38+204+3004)},
		"FLAC behind ID3v2":           {id3(100) + "fLaC" + block(0x80, 34) + audio, at(0, 110+4+38)},
		"FLAC with a broken block":    {"fLaC" + block(0, 34) + "\x7F\x00\x00\x10" + audio, at(0, 4+38)},
		"FLAC without an end":         {"fLaC" + strings.Repeat(block(1, 0), 3*maxSteps), at(0, 4+4*(maxSteps-2))}, // it is asked for a tag, and for its container, before
		"Ogg":                         {page(0, 1) + page(1<<64-1, 200) + page(0, 20) + page(960, 40) + audio, at(0, 3*27+221+255*221)},
		"Ogg that ends":               {page(0, 1) + page(0, 3), at(0, 2*27+4+255*4)},
		"MP4, its index first":        {box("ftyp", 24) + box("moov", 5000) + box("free", 8) + box("mdat", 9000), ranges.Set{{Start: 0, End: 32 + 5008 + 16 + 8}}},
		"MP4, its index last":         {box("ftyp", 24) + box("mdat", 9000) + box("moov", 5000), ranges.Set{{Start: 0, End: 40}, {Start: 32 + 9008, End: 32 + 9008 + 5008}}},
		"MP4 of a large size":         {box("ftyp", 24) + "\x00\x00\x00\x01mdat" + big(9016, 8) + zeros(9000) + box("moov", 500), ranges.Set{{Start: 0, End: 48}, {Start: 32 + 9016, End: 32 + 9016 + 508}}},
		"MP4 whose last has no end":   {box("ftyp", 24) + "\x00\x00\x00\x00mdat" + audio, at(0, 40)},
		"MP4 in fragments":            {box("ftyp", 24) + box("moof", 92) + box("mdat", 900) + box("moof", 92) + box("mdat", 900), ranges.Set{{Start: 0, End: 32 + 100 + 8}, {Start: 132 + 908, End: 132 + 908 + 108}}},
		"MP4 with a box of 4 bytes":   {box("ftyp", 24) + big(4, 4) + "moov" + audio, at(0, 32)},
		"MP4 of a negative size":      {box("ftyp", 24) + "\x00\x00\x00\x01moov" + strings.Repeat("\xFF", 8) + audio, ranges.Set{{Start: 0, End: 32 + 16 + n}}},
		"WAVE":                        {wave + chunk("fmt ", 16) + chunk("LIST", 51) + chunk("data", 9001) + chunk("id3 ", 300), ranges.Set{{Start: 0, End: 12 + 24 + 60 + 8}, {Start: 104 + 9002, End: 104 + 9002 + 308}}},
		"WAVE of unknown size":        {wave + chunk("fmt ", 16) + "data\xFF\xFF\xFF\xFF" + audio, at(0, 12+24+8)},
		"WAVE of more than 4 GB":      {"RF64\xFF\xFF\xFF\xFFWAVE" + "ds64" + little(28, 4) + little(9100, 8) + little(9000, 8) + zeros(12) + "data\xFF\xFF\xFF\xFF" + zeros(9000) + chunk("LIST", 50), ranges.Set{{Start: 0, End: 12 + 36 + 8}, {Start: 56 + 9000, End: 56 + 9000 + 58}}},
		"AIFF":                        {"FORM\x00\x00\x00\x00AIFF" + aiffChunk("COMM", 18) + aiffChunk("SSND", 9000) + aiffChunk("ID3 ", 300), ranges.Set{{Start: 0, End: 12 + 26 + 8}, {Start: 46 + 9000, End: 46 + 9000 + 308}}},
		"another RIFF":                {"RIFF\x00\x00\x00\x00AVI " + chunk("fmt ", 16) + audio, nil},
		"ASF":                         {asfHeader + little(5000, 8) + zeros(4976) + audio, at(0, 5000)},
		"DSF":                         {"DSD " + little(28, 8) + little(uint64(92+n+310), 8) + little(uint64(92+n), 8) + zeros(64) + audio + id3(300), ranges.Set{{Start: 0, End: 92}, {Start: 92 + n, End: 92 + n + 310}}},
		"DSF without a tag":           {"DSD " + zeros(88) + audio, at(0, 92)},
		"Matroska":                    {matroska(ebml(0x1549A966, zeros(50)), ebml(0x1941A469, zeros(2<<20)), ebml(clusterID, audio), ebml(clusterID, audio)), at(0, 32+12+62+12+2<<20+12)},
		"Matroska, its cover last":    {matroska(seeks(123, 123+62, 123+62+9012), ebml(0x1549A966, zeros(50)), ebml(clusterID, zeros(9000)), ebml(0x1941A469, zeros(3000))), ranges.Set{{Start: 0, End: 44 + 123 + 62 + 12}, {Start: 44 + 123 + 62 + 9012, End: 44 + 123 + 62 + 9012 + 3012}}},
		"Matroska of unknown size":    {ebml(0x1A45DFA3, zeros(20)) + "\x18\x53\x80\x67\x01" + strings.Repeat("\xFF", 7) + ebml(0x1654AE6B, zeros(60)) + "\x1F\x43\xB6\x75\xFF" + audio, at(0, 32+12+72+5)},
		"Matroska of another segment": {ebml(0x1A45DFA3, zeros(20)) + ebml(0x1654AE6B, zeros(60)), at(0, 32)},
		"a hostile length":            {"\x00\x00\x00\x01moov" + big(1<<62, 8) + zeros(40<<20), at(0, maxStructure)},
	} {
		t.Run(name, func(t *testing.T) {
			l := Of("", strings.NewReader(c.file), int64(len(c.file)))
			if !slices.Equal(l.Structure, c.want) || len(l.Lacks) > 0 {
				t.Errorf("the structure is %v, want %v; it lacks %v", l.Structure, c.want, l.Lacks)
			}
		})
	}
}

// some gives the bytes of a file that lie in a set.
type some struct {
	file string
	held ranges.Set
}

var errNotHeld = errors.New("not held")

func (s some) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	if size := int64(len(s.file)); off < size {
		n = copy(p, s.file[off:off+min(s.held.From(off), size-off)])
	}
	if n < len(p) {
		return n, errNotHeld
	}
	return n, nil
}

// TestLacks holds files in part: each time the bytes that lack are brought, until no more
// do. The structure is the same as that of the whole file then.
func TestLacks(t *testing.T) {
	for name, c := range map[string]struct {
		file  string
		times int // how often bytes may be lacking
	}{
		"ID3v2":                    {id3(2<<20) + audio, 4},
		"FLAC with pictures":       {"fLaC" + block(0, 34) + block(6, 1<<20) + block(6, 1<<20) + block(0x81, 8192) + audio, 8},
		"Ogg with a cover":         {page(0, 1) + page(1<<64-1, 255) + page(1<<64-1, 255) + page(0, 20) + page(960, 40) + audio, 14},
		"MP4, its index last":      {box("ftyp", 24) + box("mdat", 1<<20) + box("moov", 1<<20), 6},
		"WAVE with a picture last": {"RIFF\x00\x00\x00\x00WAVE" + chunk("fmt ", 16) + chunk("data", 1<<20) + chunk("id3 ", 1<<20), 8},
		"Matroska":                 {matroska(seeks(0), ebml(0x1941A469, zeros(2<<20)), ebml(clusterID, audio)), 8},
		"APE with a cover":         {audio + ape(1<<20, true) + "TAG" + zeros(125), 4},
	} {
		t.Run(name, func(t *testing.T) {
			size := int64(len(c.file))
			want := Of("", strings.NewReader(c.file), size).Structure
			held := ranges.Set{}
			for range c.times {
				l := Of("", some{c.file, held}, size)
				for _, r := range l.Lacks {
					if held.Contains(r) {
						t.Errorf("%v lacks, but is held", r)
					}
					held = held.Add(r)
				}
			}
			l := Of("", some{c.file, held}, size)
			if !slices.Equal(l.Structure, want) || len(l.Lacks) > 0 {
				t.Errorf("of %v: %v, want %v; %v lacks", held, l.Structure, want, l.Lacks)
			}
			if held.Len() > 8*kb {
				t.Errorf("%d bytes tell of the parts", held.Len())
			}
		})
	}
}

// TestStructureBehindAudio holds the first 64 KiB of a file, of which the rest tells more:
// a reader that looks for its index at the end reads structure from its first byte on.
func TestStructureBehindAudio(t *testing.T) {
	const held = 64 * kb
	body := 1 << 20
	at := func(all ...int64) (set ranges.Set) {
		for i := 0; i < len(all); i += 2 {
			set = set.Add(ranges.Range{Start: all[i], End: all[i+1]})
		}
		return set
	}
	moov, wave := box("moov", body), "RIFF\x00\x00\x00\x00WAVE"+chunk("fmt ", 16)
	dsf := "DSD " + little(28, 8) + zeros(8) + little(uint64(92+body), 8) + zeros(64) + zeros(body)
	for name, c := range map[string]struct {
		file string
		want ranges.Set
	}{
		"MP4, its index last":       {box("ftyp", 24) + box("mdat", body) + moov, at(0, 40, 40+1<<20, 40+2<<20+8)},
		"MP4, audio in two parts":   {box("ftyp", 24) + box("mdat", 92) + box("mdat", body) + moov, at(0, 40, 132, 140, 140+1<<20, 140+2<<20+8)},
		"MP4, its index first":      {box("ftyp", 24) + box("moov", 92) + box("mdat", body) + box("free", body), at(0, 140)},
		"MP4 in fragments":          {box("ftyp", 24) + box("moov", 92) + box("moof", 92) + box("mdat", body) + box("moof", 92) + box("mdat", body), at(0, 240)},
		"MP4, a fragment alone":     {box("styp", 24) + box("moof", 92) + box("mdat", body) + box("moof", 92) + box("mdat", body), at(0, 140)},
		"MP4, its audio is cut off": {box("ftyp", 24) + box("mdat", 2*body)[:body], at(0, 40)},
		"WAVE":                      {wave + chunk("data", body) + chunk("id3 ", body), at(0, 44, 44+1<<20, 44+2<<20+8)},
		"WAVE, nothing behind it":   {wave + chunk("data", body), at(0, 44)},
		"AIFF":                      {"FORM\x00\x00\x00\x00AIFF" + aiffChunk("SSND", body) + aiffChunk("ID3 ", body), at(0, 20, 20+1<<20, 20+2<<20+8)},
		"DSF":                       {dsf + id3(body), at(0, 92, 92+1<<20, 92+2<<20+10)},
		"DSF that points nowhere":   {dsf, at(0, 92)},
	} {
		t.Run(name, func(t *testing.T) {
			size := int64(len(c.file))
			if l := Of("", some{c.file, ranges.Set{{Start: 0, End: held}}}, size); !slices.Equal(l.Structure, c.want) {
				t.Errorf("%v, want %v", l.Structure, c.want)
			}
			if l := Of("", some{c.file, ranges.Set{{Start: 0, End: held}}}, -1); l.Structure.Len() > held {
				t.Errorf("of unknown size: %v", l.Structure)
			}
		})
	}
}

// TestUnknownSize parses a file whose size is not known: what stands at its end is not
// looked for.
func TestUnknownSize(t *testing.T) {
	l := Of("", io.NewSectionReader(strings.NewReader(id3(1000)+audio), 0, 4096), -1)
	if want := (ranges.Set{{Start: 0, End: 1010}}); !slices.Equal(l.Structure, want) || len(l.Lacks) > 0 {
		t.Errorf("%+v", l)
	}
}

// FuzzOf parses files that are hostile, held whole and in part.
func FuzzOf(f *testing.F) {
	for _, b := range []string{
		id3(30) + "fLaC" + block(0, 34) + block(0x81, 3), page(0, 1) + page(1, 1), box("ftyp", 8) + box("mdat", 8) + box("moov", 8),
		"RIFF\x00\x00\x00\x00WAVE" + chunk("fmt ", 16) + chunk("data", 5), "FORM\x00\x00\x00\x00AIFF" + aiffChunk("SSND", 5),
		matroska(seeks(0, 70, 500), ebml(0x1549A966, zeros(5)), ebml(clusterID, audio[:40])),
		asfHeader + little(30, 8) + zeros(10), "DSD " + zeros(88) + id3(3), audio[:100] + ape(10, true) + "TAG" + zeros(125),
		"\x00\x00\x00\x01moov" + strings.Repeat("\xFF", 24), "RF64\xFF\xFF\xFF\xFFWAVEds64" + little(28, 4) + strings.Repeat("\xFF", 60),
	} {
		f.Add([]byte(b), int64(-1), int64(0), int64(40))
		f.Add([]byte(b), int64(len(b)), int64(0), int64(len(b)))
		f.Add([]byte(b), int64(1<<62), int64(3), int64(20))
	}
	f.Fuzz(func(t *testing.T, b []byte, size, from, to int64) {
		size = max(size, -1)
		for _, held := range []io.ReaderAt{bytes.NewReader(b), some{string(b), ranges.Set{}.Add(ranges.Range{Start: max(from, 0), End: to})}} {
			l := Of("", held, size)
			if !l.Structure.Valid(size) || !l.Lacks.Valid(size) || l.Structure.Len() > maxStructure {
				t.Errorf("of %d bytes: %+v", size, l)
			}
		}
	})
}
