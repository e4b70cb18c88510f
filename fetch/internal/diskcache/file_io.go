package diskcache

import (
	"os"

	"github.com/tunesfs/tunesfs/internal/durable"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// OS returns the open file. It is valid while the caller has a reference.
func (f *File) OS() *os.File { return f.file }

// Put writes b at off. The caller has a reference.
func (f *File) Put(b []byte, off int64) error {
	r := ranges.Range{Start: off, End: off + int64(len(b))}
	if err := f.step("writing", r); err != nil {
		return err
	}
	f.mu.Lock()
	f.unsynced = true
	f.mu.Unlock()
	if _, err := f.file.WriteAt(b, off); err != nil {
		return err
	}
	f.mu.Lock()
	f.end = max(f.end, r.End)
	first := f.first
	f.mu.Unlock()
	if first {
		f.dropStrays()
	}
	return f.step("wrote", r)
}

// ReadAt reads as os.File does. The caller has a reference.
func (f *File) ReadAt(p []byte, off int64) (int, error) {
	if err := f.step("reading", ranges.Range{Start: off, End: off + int64(len(p))}); err != nil {
		return 0, err
	}
	return f.file.ReadAt(p, off)
}

// Sync makes what was written durable. The caller has a reference. Once it has failed
// it fails for good.
func (f *File) Sync() error {
	f.mu.Lock()
	err := f.failed
	f.unsynced = false
	f.mu.Unlock()
	if err == nil {
		err = f.place.files.Sync(f.file)
	}
	if err != nil {
		f.mu.Lock()
		f.unsynced, f.failed = true, err
		f.mu.Unlock()
	}
	return err
}

func (f *File) step(kind string, r ranges.Range) error {
	return f.place.files.Step(durable.Step{Kind: kind, Path: f.file.Name(), File: f.file, Range: r})
}
