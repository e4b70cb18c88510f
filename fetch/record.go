package fetch

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// recordVersion is the form of a record that this package writes.
const recordVersion = 1

// errTorn is a record that was not written to its end, or was changed.
var errTorn = errors.New("the record is damaged")

// A record is what is kept of a download on disk. It may say less than the data
// beside it holds, never more: data is made durable before the record that
// tells of it.
type record struct {
	Version int                 `json:"version"`
	Key     string              `json:"key"`
	URL     string              `json:"url,omitempty"`    // without secrets
	Exact   bool                `json:"exact,omitempty"`  // URL is all that is needed to ask again
	Mirror  string              `json:"mirror,omitempty"` // where its redirects led to, if that has no secrets
	State   string              `json:"state"`
	File    validator.Validator `json:"file"`
	Type    string              `json:"type,omitempty"`
	Digest  string              `json:"digest,omitempty"` // the catalogue's
	Sum     string              `json:"sum,omitempty"`    // of the complete file, as it was when that was made
	Held    ranges.Set          `json:"held"`
}

// worthless reports whether the record says nothing that the server, or the
// catalogue, would not say again: nothing is held, and nobody wants anything.
func (r record) worthless() bool { return r.State == Idle.String() && len(r.Held) == 0 }

// sealed is the outer form of a record: itself, and a checksum of its bytes.
type sealed struct {
	Sum    string          `json:"sha256"`
	Record json.RawMessage `json:"record"`
}

func checksum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// encode returns the record as it stands on disk.
func (r record) encode() ([]byte, error) {
	r.Version = recordVersion
	body, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	return json.Marshal(sealed{checksum(body), body})
}

// decodeRecord reads what encode wrote. It fails with errTorn, or with
// ErrTooNew for a record that is whole and of a later form.
func decodeRecord(b []byte) (record, error) {
	var s sealed
	var r record
	var compact bytes.Buffer
	if json.Unmarshal(b, &s) != nil || json.Compact(&compact, s.Record) != nil || checksum(compact.Bytes()) != s.Sum {
		return record{}, errTorn
	}
	var form struct{ Version int }
	if json.Unmarshal(s.Record, &form) != nil || form.Version < 1 {
		return record{}, errTorn
	}
	if form.Version > recordVersion {
		return record{}, fmt.Errorf("%w: form %d, this one knows %d", ErrTooNew, form.Version, recordVersion)
	}
	if json.Unmarshal(s.Record, &r) != nil || !r.Held.Valid(r.File.Size) {
		return record{}, errTorn
	}
	return r, nil
}

// readRecord reads the record at path: fs.ErrNotExist where there is none.
func readRecord(path string) (record, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return record{}, err
	}
	return decodeRecord(b)
}

// save puts the record at its place, durably.
func (r record) save(p place) error {
	b, err := r.encode()
	if err != nil {
		return err
	}
	return p.files.Write(p.record(), b)
}
