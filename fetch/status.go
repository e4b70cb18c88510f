package fetch

import (
	"fmt"
	"time"

	"github.com/tunesfs/tunesfs/internal/bytesize"
)

// A Status is a snapshot of a Download.
type Status struct {
	Key      string
	State    State
	Size     int64     // bytes; -1 while unknown
	Held     int64     // bytes held on disk
	Err      error     // why the last attempt failed; nil when one succeeded since
	Modified time.Time // Last-Modified of the remote; zero if unknown
	Type     string    // Content-Type of the remote, without parameters
	URL      string    // where from, without secrets

	// Revision changes whenever what a path should open changes: the file was
	// completed, lost its bytes, or the remote has another version.
	Revision uint64
}

// Progress returns how far the download is as users read it, such as
// "42.0% of 1.2 MB"; a file that is not whole never shows 100.0%.
func (s Status) Progress() string {
	if s.Size < 0 {
		return FormatSize(s.Held) + " of unknown size"
	}
	percent := 100.0
	if s.Held < s.Size {
		percent = min(100*float64(s.Held)/float64(s.Size), 99.9)
	}
	return fmt.Sprintf("%.1f%% of %s", percent, FormatSize(s.Size))
}

// FormatSize returns n bytes as users read them, such as "1.2 MB".
func FormatSize(n int64) string { return bytesize.Format(n) }
