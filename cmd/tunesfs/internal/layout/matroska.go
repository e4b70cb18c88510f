package layout

import (
	"math/bits"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

// The identifiers of Matroska, and of its smaller form WebM: RFC 9559, section 5.1.
const (
	ebmlHeader   = "\x1A\x45\xDF\xA3"
	segmentID    = 0x18538067
	seekHeadID   = 0x114D9B74
	seekID       = 0x4DBB
	seekPosition = 0x53AC
	clusterID    = 0x1F43B675
)

// maxSeekHead is how many bytes of an index of the other parts are read.
const maxSeekHead = 4 << 10

// An element is a part of a Matroska file. RFC 8794, section 4
type element struct {
	id   int64
	body int64 // where its content begins
	size int64 // of that; -1 unknown
}

// parseMatroska marks all parts of the first segment but clusters, which hold the audio:
// those before the first of these, and those of which an index tells where they are.
func (f *file) parseMatroska(off int64) {
	header, ok := f.element(off)
	if !ok {
		return
	}
	if off, ok = f.mark(off, header.body-off+header.size); !ok {
		return
	}
	segment, ok := f.element(off)
	if !ok || segment.id != segmentID {
		return
	}
	off, _ = f.mark(off, segment.body-off)
	var elsewhere []int64
	for ok := true; ok; {
		var e element
		var told []int64
		e, off, told, ok = f.part(off, segment.body)
		elsewhere = append(elsewhere, told...)
		if e.id == clusterID {
			break
		}
	}
	done := ranges.Set{{Start: 0, End: off}}
	for len(elsewhere) > 0 {
		at := elsewhere[0]
		elsewhere = elsewhere[1:]
		if at < 0 || at >= f.end || done.Contains(ranges.Range{Start: at, End: at + 1}) {
			continue
		}
		_, end, told, _ := f.part(at, segment.body)
		done = done.Add(ranges.Range{Start: at, End: max(end, at+1)})
		elsewhere = append(elsewhere, told...)
	}
}

// part marks the part of a segment at an offset, of a cluster only where it begins. It
// returns the part, where the next one is, and where others are that an index tells of;
// start is where the content of the segment begins. ok is false if nothing can follow.
func (f *file) part(off, start int64) (e element, next int64, told []int64, ok bool) {
	e, ok = f.element(off)
	switch {
	case !ok:
		return e, off, nil, false
	case e.id == clusterID, e.size < 0:
		f.mark(off, e.body-off)
		return e, e.body, nil, false
	case e.id == seekHeadID:
		told = f.seekHead(e, start)
	}
	next, ok = f.mark(off, e.body-off+e.size)
	return e, next, told, ok
}

// seekHead returns the offsets that an index of parts tells, those of clusters too.
func (f *file) seekHead(head element, start int64) (told []int64) {
	if head.size > maxSeekHead {
		return nil
	}
	b := f.read(head.body, head.size)
	for len(b) > 0 {
		entry, ok := parseElement(b)
		if !ok || entry.id != seekID || entry.size < 0 || entry.size > int64(len(b))-entry.body {
			return told
		}
		fields := b[entry.body : entry.body+entry.size]
		for len(fields) > 0 {
			field, ok := parseElement(fields)
			if !ok || field.size < 0 || field.size > int64(len(fields))-field.body {
				return told
			}
			if field.id == seekPosition {
				told = append(told, start+number(fields[field.body:field.body+field.size]))
			}
			fields = fields[field.body+field.size:]
		}
		b = b[entry.body+entry.size:]
	}
	return told
}

// maxElementHeader is the most bytes that an element has before its content.
const maxElementHeader = 12

// element returns the element at an offset. ok is false if there is none.
func (f *file) element(off int64) (e element, ok bool) {
	b := f.read(off, min(maxElementHeader, f.end-off))
	e, ok = parseElement(b)
	e.body += off
	return e, ok
}

// parseElement returns the element that b begins with; its body is counted from b.
func parseElement(b []byte) (e element, ok bool) {
	id := variable(b, 4)
	if id == 0 {
		return element{}, false
	}
	size := variable(b[id:], 8)
	if size == 0 {
		return element{}, false
	}
	e = element{number(b[:id]), int64(id + size), number(b[id:id+size]) &^ (1 << (7 * size))}
	if e.size == 1<<(7*size)-1 {
		e.size = -1
	}
	return e, true
}

// variable returns how many bytes a number of variable length takes that b begins with, or
// 0 if it has more than most, or more than b. RFC 8794, section 4.1
func variable(b []byte, most int) int {
	if len(b) == 0 {
		return 0
	}
	n := bits.LeadingZeros8(b[0]) + 1
	if n > most || n > len(b) {
		return 0
	}
	return n
}
