package fetch

import (
	"fmt"

	"github.com/tunesfs/tunesfs/internal/bytesize"
)

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
