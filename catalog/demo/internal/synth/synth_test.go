package synth

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math"
	"math/cmplx"
	"slices"
	"testing"
)

var scale = []Note{
	{Start: 0, Length: 11025, Key: 60, Velocity: 100},
	{Start: 11025, Length: 11025, Key: 64, Velocity: 80},
	{Start: 11025, Length: 22050, Key: 36, Velocity: 60},
}

func render(t testing.TB, notes []Note, in *Instrument) []int16 {
	t.Helper()
	samples, err := Render(t.Context(), notes, in)
	if err != nil {
		t.Fatal(err)
	}
	return samples
}

func TestRenderIsWithinBounds(t *testing.T) {
	for program, in := range Instruments {
		samples := render(t, scale, in)
		if len(samples) != Length(scale) || len(samples) != 33075+tail {
			t.Errorf("program %d: %d samples", program, len(samples))
		}
		low, high := slices.Min(samples), slices.Max(samples)
		if loudest := max(int(high), -int(low)); loudest > peak || loudest < peak-2 {
			t.Errorf("program %d: peak %d, want %d", program, loudest, peak)
		}
		if last := samples[len(samples)-1]; last < -1 || last > 1 {
			t.Errorf("program %d ends at %d, want silence", program, last)
		}
	}
}

func TestRenderEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if samples, err := Render(ctx, scale, Instruments[0]); !errors.Is(err, context.Canceled) || samples != nil {
		t.Errorf("%d samples, %v", len(samples), err)
	}
}

func TestRenderOfNothingIsSilence(t *testing.T) {
	for _, s := range render(t, nil, Instruments[0]) {
		if s != 0 {
			t.Fatalf("sample %d", s)
		}
	}
}

// TestPitch: the strongest of the frequencies around a key's is the key's own.
func TestPitch(t *testing.T) {
	for _, key := range []int{36, 57, 60, 69, 84, 93} {
		samples := render(t, []Note{{Length: Rate, Key: key, Velocity: 100}}, Instruments[73])[:Rate/2]
		best, strongest := 0, 0.0
		for cents := -20; cents <= 20; cents += 5 {
			f := 440 * math.Exp2(float64(key-69)/12+float64(cents)/1200)
			if s := strength(samples, f); s > strongest {
				best, strongest = cents, s
			}
		}
		if best < -5 || best > 5 {
			t.Errorf("key %d is %d cents off", key, best)
		}
	}
}

// strength returns how much of a frequency there is in samples.
func strength(samples []int16, f float64) float64 {
	var sum complex128
	for i, s := range samples {
		sum += complex(float64(s), 0) * cmplx.Rect(1, 2*math.Pi*f*float64(i)/Rate)
	}
	return cmplx.Abs(sum)
}

func TestSines(t *testing.T) {
	for i, s := range newSines() {
		want := math.Sin(2*math.Pi*float64(i)/waveSize) * (1 << 30)
		if math.Abs(float64(s)-want) > 2048 {
			t.Fatalf("sine %d is %d, want %.0f", i, s, want)
		}
	}
}

func TestDecay(t *testing.T) {
	for _, half := range []int{20, 70, 300, 900, 60_000} {
		want := math.Exp2(-block/(float64(half)*Rate/1000)) * one
		if got := decayFactor(half); math.Abs(float64(got)-want) > want/10_000 {
			t.Errorf("half-life %d ms: factor %d, want %.0f", half, got, want)
		}
	}
}

// TestEnvelope: from nothing to full strength, down at its pace, faster once
// let go, and it ends.
func TestEnvelope(t *testing.T) {
	in := &Instrument{halves: [groups]int{1000, 500, 100}, attack: 10, release: 20}
	e := in.newEnvelope(Note{Length: Rate / 2, Key: 60, Velocity: 127})
	var first []int64
	for at := 0; e.audible(); at += block {
		gains, _ := e.next(at)
		first = append(first, gains[0])
		if at > 10*Rate {
			t.Fatal("it never ends")
		}
	}
	top := slices.Index(first, slices.Max(first))
	letGo := Rate/2/block + 1
	switch {
	case first[0] != 0:
		t.Errorf("begins at %d", first[0])
	case top*block < in.attack*Rate/1000-block || top*block > in.attack*Rate/1000+2*block:
		t.Errorf("loudest after %d samples", top*block)
	case first[letGo] < first[top]*6/10:
		t.Errorf("at half its half-life %d of %d", first[letGo], first[top])
	case len(first)*block > Rate:
		t.Errorf("after it was let go it sounds for %d samples", len(first)*block)
	}
}

func TestWAV(t *testing.T) {
	samples := []int16{0, 1, -1, math.MaxInt16, math.MinInt16}
	b := WAV(samples, []Tag{{"INAM", "Für"}, {"IART", ""}, {"IPRD", "odd"}})
	if string(b[:4]) != "RIFF" || string(b[8:16]) != "WAVEfmt " {
		t.Fatalf("begins with %q", b[:16])
	}
	if size := binary.LittleEndian.Uint32(b[4:]); int(size) != len(b)-8 {
		t.Errorf("RIFF size %d of %d bytes", size, len(b))
	}
	var chunks []string
	for rest := b[12:]; len(rest) > 0; {
		id, size := string(rest[:4]), binary.LittleEndian.Uint32(rest[4:])
		chunks = append(chunks, id)
		body := rest[8 : 8+size]
		rest = rest[8+size:]
		switch id {
		case "LIST":
			if want := "INFOINAM\x05\x00\x00\x00F\xc3\xbcr\x00\x00IPRD\x04\x00\x00\x00odd\x00"; string(body) != want {
				t.Errorf("tags\n got %q\nwant %q", body, want)
			}
		case "data":
			got := make([]int16, len(samples))
			if err := binary.Read(bytes.NewReader(body), binary.LittleEndian, got); err != nil || !slices.Equal(got, samples) {
				t.Errorf("samples %v, %v", got, err)
			}
		}
	}
	if want := []string{"fmt ", "LIST", "data"}; !slices.Equal(chunks, want) {
		t.Errorf("chunks %q, want %q", chunks, want)
	}
}

func BenchmarkRender(b *testing.B) {
	for b.Loop() {
		render(b, scale, Instruments[46])
	}
}
