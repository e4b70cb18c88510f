package diskcache

import (
	"bytes"
	"errors"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

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

// TestEveryWordOfARecordIsBounded asks each string of a record for its bound: one that
// an earlier version kept as a server sent it is not read again.
func TestEveryWordOfARecordIsBounded(t *testing.T) {
	var try func(path string, v reflect.Value, r *Record)
	try = func(path string, v reflect.Value, r *Record) {
		switch v.Kind() {
		case reflect.Pointer:
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
				defer v.SetZero()
			}
			try(path, v.Elem(), r)
		case reflect.Struct:
			for i := range v.NumField() {
				if v.Type().Field(i).IsExported() {
					try(path+"."+v.Type().Field(i).Name, v.Field(i), r)
				}
			}
		case reflect.String:
			was := v.String()
			defer v.SetString(was)
			v.SetString(strings.Repeat("0", 64<<10))
			b, err := r.Encode()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := decodeRecord(b); !errors.Is(err, ErrTorn) {
				t.Errorf("%s of 64 KiB is read: %v", path, err)
			}
		}
	}
	r := sampleRecord()
	try("Record", reflect.ValueOf(&r).Elem(), &r)
	b, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := decodeRecord(b); err != nil {
		t.Errorf("the record that the others were made of: %v", err)
	}
}

// TestRecordsCount has a record count in the quota until it is gone, be it of an entry
// that holds nothing.
func TestRecordsCount(t *testing.T) {
	d := openDir(t, Options{InUse: func(string) bool { return false }})
	name := NameOf("42")
	e := d.Entry(name)
	save := func(r Record) {
		t.Helper()
		e.Lock()
		defer e.Unlock()
		if err := e.SaveLocked(r, e.current); err != nil {
			t.Fatal(err)
		}
	}
	paused := sampleRecord()
	paused.Held = nil
	save(paused)
	if got := d.Held(); got != RecordBlock {
		t.Errorf("a record counts as %d bytes", got)
	}
	if got := d.Oldest(); !slices.Equal(got, []string{name}) {
		t.Errorf("can be evicted: %q, want the record", got)
	}
	paused.URL = "http://example.org/" + strings.Repeat("a", 8000)
	save(paused)
	if got := d.Held(); got != 3*RecordBlock {
		t.Errorf("a record of 8 KiB and more counts as %d bytes", got)
	}
	e.Grow(1000, time.Now())
	if got := d.Held(); got != 3*RecordBlock+1000 {
		t.Errorf("with 1000 bytes of data: %d", got)
	}
	other := &Dir{path: d.path, opt: d.opt, usage: newUsage(), orphans: map[string]chan struct{}{}, owner: owner{lease: d.owner.lease}}
	other.opt.Logger = slog.New(slog.DiscardHandler)
	other.Scan(t.Context())
	if got := other.Held(); got != 3*RecordBlock {
		t.Errorf("the next session finds %d bytes", got)
	}
	if freed := d.Evict(name); freed != 0 {
		t.Errorf("%d bytes of a paused download went", freed)
	}
	save(Record{Key: "42", State: StateIdle})
	if got := d.Held(); got != 1000 {
		t.Errorf("without a record: %d", got)
	}
}
