package fetch

import (
	"fmt"
	"strconv"
	"strings"
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

// FormatSize returns n bytes in the words of Apple's ByteCountFormatter in file
// style: decimal units, the unit chosen before rounding, kilobytes without
// decimals, megabytes with up to one, larger units with up to two.
func FormatSize(n int64) string {
	switch {
	case n <= 0:
		return "Zero KB"
	case n == 1:
		return "1 byte"
	case n < 1000:
		return strconv.FormatInt(n, 10) + " bytes"
	}
	units := []string{"KB", "MB", "GB", "TB", "PB", "EB"}
	unit, value := 0, float64(n)/1000
	for value >= 1000 && unit < len(units)-1 {
		value /= 1000
		unit++
	}
	text := strconv.FormatFloat(value, 'f', min(unit, 2), 64)
	if unit > 0 {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text + " " + units[unit]
}
