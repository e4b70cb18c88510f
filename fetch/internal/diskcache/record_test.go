package diskcache

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"

	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

func sampleRecord() Record {
	return Record{
		Version: recordVersion, Key: "42", URL: "http://example.org/a.m4a", Exact: true, State: "paused", Type: "audio/mp4",
		File: validator.Validator{Size: 1000, ETag: `"<abc>"`, Modified: "Sun, 06 Nov 1994 08:49:37 GMT", Dated: true},
		Held: ranges.Set{{Start: 0, End: 100}, {Start: 900, End: 1000}},
	}
}

func TestRecordRoundTrip(t *testing.T) {
	want := sampleRecord()
	b, err := want.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeRecord(b)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s\nreads as %+v, %v", b, got, err)
	}
}

// TestRecordTorn cuts a record at every byte and flips every byte.
func TestRecordTorn(t *testing.T) {
	b, err := sampleRecord().Encode()
	if err != nil {
		t.Fatal(err)
	}
	for i := range b {
		if _, err := decodeRecord(b[:i]); !errors.Is(err, ErrTorn) {
			t.Fatalf("cut at %d of %d: %v", i, len(b), err)
		}
		flipped := bytes.Clone(b)
		flipped[i] ^= 0x01
		if got, err := decodeRecord(flipped); err == nil && !reflect.DeepEqual(got, sampleRecord()) {
			t.Fatalf("byte %d flipped: %+v", i, got)
		}
	}
	for _, bad := range []string{"", "{}", "[]", "null", `{"sha256":"","record":{}}`, string(make([]byte, 4096))} {
		if _, err := decodeRecord([]byte(bad)); !errors.Is(err, ErrTorn) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestRecordFromTheFuture(t *testing.T) {
	body := []byte(`{"version":2,"held":"as something else"}`)
	b := []byte(`{"sha256":"` + Checksum(body) + `","record":` + string(body) + `}`)
	if _, err := decodeRecord(b); !errors.Is(err, fault.ErrTooNew) {
		t.Errorf("%v, want fault.ErrTooNew", err)
	}
}

func TestRecordClaimsMoreThanTheFile(t *testing.T) {
	for name, held := range map[string]ranges.Set{
		"beyond the end": {{Start: 0, End: 1001}}, "backwards": {{Start: 10, End: 5}}, "overlapping": {{Start: 0, End: 10}, {Start: 5, End: 20}}, "negative": {{Start: -5, End: 10}},
	} {
		r := sampleRecord()
		r.Held = held
		b, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := decodeRecord(b); !errors.Is(err, ErrTorn) {
			t.Errorf("%s: %v, want ErrTorn", name, err)
		}
	}
}

func FuzzDecodeRecord(f *testing.F) {
	b, err := sampleRecord().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := decodeRecord(b)
		if err == nil && !r.Held.Valid(r.File.Size) {
			t.Fatalf("accepted %+v", r)
		}
	})
}
