package synth

import (
	"encoding/binary"
	"slices"
)

// A Tag is one piece of a file's INFO list, such as INAM, the title.
type Tag struct{ ID, Text string }

const (
	riffHeader  = 12
	chunkHeader = 8
	formatSize  = 16
	sampleSize  = 2
)

// WAV returns samples of one channel as a RIFF WAVE file, PCM of 16 bits at
// Rate, with an INFO list ahead of the samples ("Multimedia Programming
// Interface and Data Specifications 1.0", IBM and Microsoft, 1991). IDs of tags
// have four letters; tags without text are left out.
func WAV(samples []int16, tags []Tag) []byte {
	b := slices.Grow(Header(len(samples), tags), sampleSize*len(samples))
	for _, s := range samples {
		b = binary.LittleEndian.AppendUint16(b, uint16(s))
	}
	return b
}

// Header returns what WAV writes ahead of so many samples.
func Header(samples int, tags []Tag) []byte {
	info := infoList(tags)
	data := sampleSize * samples
	b := appendChunk(nil, "RIFF", riffHeader+chunkHeader+formatSize+len(info)+chunkHeader+data-chunkHeader)
	b = append(b, "WAVE"...)
	b = appendFormat(b)
	b = append(b, info...)
	return appendChunk(b, "data", data)
}

// Size returns how many bytes WAV makes of so many samples.
func Size(samples int, tags []Tag) int { return len(Header(samples, tags)) + sampleSize*samples }

func appendChunk(b []byte, id string, size int) []byte {
	return binary.LittleEndian.AppendUint32(append(b, id...), uint32(size))
}

func appendFormat(b []byte) []byte {
	const pcm, channels, bytes = 1, 1, 2
	b = appendChunk(b, "fmt ", formatSize)
	b = binary.LittleEndian.AppendUint16(b, pcm)
	b = binary.LittleEndian.AppendUint16(b, channels)
	b = binary.LittleEndian.AppendUint32(b, Rate)
	b = binary.LittleEndian.AppendUint32(b, Rate*channels*bytes)
	b = binary.LittleEndian.AppendUint16(b, channels*bytes)
	return binary.LittleEndian.AppendUint16(b, 8*bytes)
}

// infoList returns a LIST chunk of strings, each ended by a NUL and padded to
// an even length.
func infoList(tags []Tag) []byte {
	body := []byte("INFO")
	for _, t := range tags {
		if t.Text == "" {
			continue
		}
		body = appendChunk(body, t.ID, len(t.Text)+1)
		body = append(append(body, t.Text...), 0)
		if len(body)%2 != 0 {
			body = append(body, 0)
		}
	}
	return append(appendChunk(nil, "LIST", len(body)), body...)
}
