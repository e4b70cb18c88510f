package fetch

import (
	"os"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

// diskHook, where a test sets it, is told of each step of what stores do to
// their files, and may make it fail: between any two of them the power may go.
var diskHook func(diskStep) error

// A diskStep is one such step: "reading", "writing" and "wrote" a range of data,
// "opened" or "emptied" a data file, "made" a mark, "sync" of a file, "renamed" or
// "removed" a path, "syncdir" of a folder. Those in the past tense have been done.
type diskStep struct {
	kind, path string
	file       *os.File
	ranges.Range
}

func step(kind, path string, file *os.File, r ranges.Range) error {
	if diskHook == nil {
		return nil
	}
	return diskHook(diskStep{kind, path, file, r})
}
