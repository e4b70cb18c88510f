package diskcache

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/claim"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/durable"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// recordVersion is the form of a record that this package writes.
const recordVersion = 1

// The states of a download that the folder treats differently from all others.
const (
	StateIdle     = "idle"
	StateComplete = "complete"
)

// ErrTorn is a record that was not written to its end, or was changed.
var ErrTorn = errors.New("the record is damaged")

// A Record is what is kept of a download on disk. It may say less than the data
// beside it holds, never more: data is made durable before the record that
// tells of it.
type Record struct {
	Version  int                 `json:"version"`
	Key      string              `json:"key"`
	URL      string              `json:"url,omitempty"`    // without secrets
	Exact    bool                `json:"exact,omitempty"`  // URL is all that is needed to ask again
	Redirect string              `json:"mirror,omitempty"` // where its redirects led to, if that has no secrets
	State    string              `json:"state"`
	Wanted   []string            `json:"wanted,omitempty"` // by whom, unless idle or complete; none in records before it was told
	File     validator.Validator `json:"file"`
	Type     string              `json:"type,omitempty"`
	Expected string              `json:"expected,omitempty"` // media type that the catalog tells
	Digest   string              `json:"digest,omitempty"`   // the catalog's
	Sum      string              `json:"sum,omitempty"`      // of the complete file, as it was when that was made
	Claim    claim.Claim         `json:"claim,omitzero"`     // of the newest listing when the server was last asked
	Checked  time.Time           `json:"checked,omitzero"`   // when that was
	Listed   claim.Claim         `json:"listed,omitzero"`    // of a newer listing, if that contradicts Claim or Claim tells nothing
	Denied   claim.Claim         `json:"denied,omitzero"`    // of the version that this one took the place of
	Held     ranges.Set          `json:"held"`
	Data     string              `json:"data,omitempty"` // the generation that has what is held; see File

	Stamp *Stamp    `json:"stamp,omitempty"` // of the data of a complete file; nil in records before there were any
	Used  time.Time `json:"used,omitzero"`   // when it was last opened or written; see usage
}

// Worthless reports whether the record says nothing that the server, or the
// catalog, would not say again: nothing is held or wanted.
func (r Record) Worthless() bool { return r.State == StateIdle && len(r.Held) == 0 }

// end returns where the last of the bytes that are held ends.
func (r Record) end() int64 {
	if len(r.Held) == 0 {
		return 0
	}
	return r.Held[len(r.Held)-1].End
}

// sealed is the outer form of a record: itself, and a checksum of its bytes.
type sealed struct {
	Sum    string          `json:"sha256"`
	Record json.RawMessage `json:"record"`
}

// Checksum returns the checksum that a record is sealed with.
func Checksum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Encode returns the record as it stands on disk.
func (r Record) Encode() ([]byte, error) {
	r.Version = recordVersion
	body, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	return json.Marshal(sealed{Checksum(body), body})
}

// decodeRecord reads what encode wrote. It fails with ErrTorn, or with
// fault.ErrTooNew for a record that is whole and of a later form.
func decodeRecord(b []byte) (Record, error) {
	var s sealed
	var r Record
	var compact bytes.Buffer
	if json.Unmarshal(b, &s) != nil || json.Compact(&compact, s.Record) != nil || Checksum(compact.Bytes()) != s.Sum {
		return Record{}, ErrTorn
	}
	var form struct{ Version int }
	if json.Unmarshal(s.Record, &form) != nil || form.Version < 1 {
		return Record{}, ErrTorn
	}
	if form.Version > recordVersion {
		return Record{}, fmt.Errorf("%w: form %d, this one knows %d", fault.ErrTooNew, form.Version, recordVersion)
	}
	r.Claim, r.Listed, r.Denied = claim.None, claim.None, claim.None // of a record without
	if json.Unmarshal(s.Record, &r) != nil || !r.Held.Valid(r.File.Size) || !validGeneration(r.Data) || !r.isBounded() {
		return Record{}, ErrTorn
	}
	r.Claim.Digest = cmp.Or(r.Claim.Digest, r.Digest)
	return r, nil
}

// Bounds of what is recorded in the words of a server, in bytes. They are no less
// than those of a response.
const (
	maxKey     = 32 << 10
	maxAddress = 8 << 10
	maxWord    = 1 << 10

	// maxWanted is how many may want a file.
	maxWanted = 16
)

// isBounded reports whether no field is longer than this version writes any. An
// earlier one kept what a server sent as it was.
func (r Record) isBounded() bool {
	if len(r.Wanted) > maxWanted || slices.ContainsFunc(r.Wanted, func(who string) bool { return len(who) > maxWord }) {
		return false
	}
	words := max(len(r.File.ETag), len(r.File.Modified), len(r.Type), len(r.Expected), len(r.Digest), len(r.Sum),
		len(r.Claim.Digest), len(r.Listed.Digest), len(r.Denied.Digest), len(r.State))
	return len(r.Key) <= maxKey && words <= maxWord && max(len(r.URL), len(r.Redirect)) <= maxAddress
}

// maxRecord is more than any record has: one of 100,000 ranges has 4 MB.
const maxRecord = 64 << 20

// ReadRecord reads the record at path: fs.ErrNotExist where there is none, and
// durable.ErrNotRegular where something else lies there.
func ReadRecord(path string) (Record, error) {
	r, _, err := readRecord(path)
	return r, err
}

// readRecord is ReadRecord, and returns how much of the disk the record takes.
func readRecord(path string) (r Record, taken int64, err error) {
	files := durable.Files{Base: filepath.Dir(filepath.Dir(path))} // see Place
	b, err := files.ReadFile(path, maxRecord)
	if errors.Is(err, durable.ErrTooLong) {
		return Record{}, 0, ErrTorn
	}
	if err != nil {
		return Record{}, 0, err
	}
	r, err = decodeRecord(b)
	return r, blocks(len(b)), err
}

// RecordBlock is the unit in which records count: file systems give a file no less.
const RecordBlock = 4 << 10

// blocks returns how much of the disk a record of n bytes takes.
func blocks(n int) int64 { return (int64(n) + RecordBlock - 1) / RecordBlock * RecordBlock }

// Save puts the record at its place, durably.
func (r Record) Save(p Place) error {
	_, err := r.save(p)
	return err
}

// save is Save, and returns how much of the disk the record takes.
func (r Record) save(p Place) (taken int64, err error) {
	b, err := r.Encode()
	if err != nil {
		return 0, err
	}
	return blocks(len(b)), p.files.Write(p.RecordPath(), b)
}

// Damaged reports whether err, of reading an entry, says that the entry is not
// whole, and not merely that it could not be read now.
func Damaged(err error) bool {
	for _, damage := range []error{ErrTorn, ErrGone, ErrAltered, fault.ErrDigest, fs.ErrNotExist} {
		if errors.Is(err, damage) {
			return true
		}
	}
	return false
}
