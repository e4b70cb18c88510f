package durable

import (
	"os"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A Step is one thing that is done to a file or a folder. Kind is "reading",
// "writing" or "wrote" for a range of a data file, "opened" or "emptied" for a
// data file, "made" for an empty file, "sync" for a file, "renamed" or "removed"
// for a path, and "syncdir" for a folder. Kinds in the past tense have been done.
type Step struct {
	Kind, Path string
	File       *os.File // nil where the step has none
	Range      ranges.Range
}

// Step tells the hook of a step and returns its error.
func (f Files) Step(s Step) error {
	if f.Hook == nil {
		return nil
	}
	return f.Hook(s)
}
