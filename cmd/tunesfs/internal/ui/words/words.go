// Package words owns how the app says names, numbers and errors.
//
// It must never know the purpose of a text, nor how wide it may be.
//
// Open words.go, the only file.
package words

import (
	"fmt"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/tunesfs/tunesfs/internal/bytesize"
)

// Base returns the name of a path.
func Base(below string) string {
	if below == "" {
		return "all"
	}
	return path.Base(below)
}

// Title begins a text with a capital.
func Title(text string) string {
	r, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[n:]
}

// Sentence makes a sentence of an error.
func Sentence(err error) string {
	text := Title(err.Error())
	if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "?") {
		text += "."
	}
	return text
}

// Counted returns a number of things.
func Counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// Clock writes a duration as 3:05 or 1:02:03.
func Clock(d time.Duration) string {
	s := int64(d.Round(time.Second) / time.Second)
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// Speed writes how many bytes come in a second.
func Speed(rate int64) string { return bytesize.Format(rate) + "/s" }

// longestLeft bounds a time that is worth telling.
const longestLeft = 100 * time.Hour

// TimeLeft says how long so many bytes take, or nothing if the rate is unknown.
func TimeLeft(bytes, rate int64) string {
	if bytes <= 0 || rate <= 0 {
		return ""
	}
	seconds := bytes / rate
	if seconds > int64(longestLeft/time.Second) {
		return ""
	}
	return Clock(time.Duration(max(seconds, 1))*time.Second) + " left"
}
