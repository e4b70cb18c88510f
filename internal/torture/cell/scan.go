package cell

import (
	"bytes"
	"encoding/hex"
	"strconv"
)

// A Run is a stretch of bytes that belong where they stand, all of one version.
type Run struct {
	Version
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

// A Stray is bytes that do not belong where they stand, or too few to tell.
type Stray struct {
	At    int64  `json:"at"`
	Bytes string `json:"bytes"` // in hexadecimal, of one cell at most
	Says  string `json:"says"`  // where they belong, if that can be told
	Short bool   `json:"short"` // part of a cell with no whole neighbor: the judge compares it
}

// maxStrays is how many strays a scan returns of one buffer: the first tell all.
const maxStrays = 8

// Scan says which versions the bytes are that were read at offset off.
func Scan(b []byte, off int64) (runs []Run, strays []Stray) {
	s := scanner{runs: nil}
	head := int((Size - off%Size) % Size)
	head = min(head, len(b))
	body := b[head : head+(len(b)-head)/Size*Size]
	tail := b[head+len(body):]
	s.whole(body, off+int64(head))
	if head > 0 {
		s.part(b[:head], off, off+int64(head), true)
	}
	if len(tail) > 0 {
		s.part(tail, off+int64(head+len(body)), off+int64(head+len(body)), false)
	}
	return s.runs, s.strays
}

type scanner struct {
	runs   []Run
	strays []Stray
}

// whole scans cells that are whole.
func (s *scanner) whole(b []byte, off int64) {
	for i := 0; i+Size <= len(b); i += Size {
		at := off + int64(i)
		v, says, ok := parse(b[i : i+Size])
		switch {
		case !ok:
			s.stray(at, b[i:i+Size], describe(b[i:i+Size]), false)
		case says != at:
			s.stray(at, b[i:i+Size], v.String()+" offset "+strconv.FormatInt(says, 10), false)
		case len(s.runs) > 0 && s.runs[len(s.runs)-1].Version == v && s.runs[len(s.runs)-1].To == at:
			s.runs[len(s.runs)-1].To += Size
		default:
			s.runs = append(s.runs, Run{v, at, at + Size})
		}
	}
}

// part scans a part of a cell by its neighbor, the run that touches edge.
func (s *scanner) part(b []byte, at, edge int64, before bool) {
	for i := range s.runs {
		r := &s.runs[i]
		if before && r.From != edge || !before && r.To != edge {
			continue
		}
		if want := r.bytes(at, len(b)); !bytes.Equal(want, b) {
			s.stray(at, b, describe(b), false)
			return
		}
		if before {
			r.From = at
		} else {
			r.To += int64(len(b))
		}
		return
	}
	s.stray(at, b, "", true)
}

func (s *scanner) stray(at int64, b []byte, says string, short bool) {
	if len(s.strays) < maxStrays {
		s.strays = append(s.strays, Stray{at, hex.EncodeToString(b), says, short})
	}
}

// bytes returns n bytes of the version at offset at.
func (v Version) bytes(at int64, n int) []byte {
	b := make([]byte, n)
	_, _ = Content{v, at + int64(n)}.ReadAt(b, at) // never fails
	return b
}

// Is reports whether a stray that is short has the bytes of the version.
func (s Stray) Is(v Version) bool {
	b, err := hex.DecodeString(s.Bytes)
	return err == nil && bytes.Equal(b, v.bytes(s.At, len(b)))
}

// describe says what bytes that are no cell look like.
func describe(b []byte) string {
	switch {
	case len(bytes.Trim(b, "\x00")) == 0:
		return "zeros"
	case len(bytes.Trim(b, "\xee")) == 0:
		return "filling"
	}
	return "no cell"
}
