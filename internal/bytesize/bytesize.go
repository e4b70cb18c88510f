// Package bytesize owns the text in which users read a number of bytes: 1.5 MB.
//
// It must never know what the bytes are, and it reads no such text: package size of
// the command line does.
//
// Open bytesize.go, the only file.
package bytesize

import (
	"strconv"
	"strings"
)

// Format returns n bytes in the style of Apple's ByteCountFormatter for
// files: decimal units, the unit chosen before rounding, kilobytes without
// decimals, megabytes with up to one, larger units with up to two.
func Format(n int64) string {
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
