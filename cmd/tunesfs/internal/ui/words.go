package ui

import (
	"fmt"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/tunesfs/tunesfs/internal/bytesize"
)

// base returns the name of a path.
func base(below string) string {
	if below == "" {
		return "all"
	}
	return path.Base(below)
}

// title begins a text with a capital.
func title(text string) string {
	r, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[n:]
}

// sentence makes a sentence of an error.
func sentence(err error) string {
	text := title(err.Error())
	if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "?") {
		text += "."
	}
	return text
}

// counted returns a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// clock writes a duration as 3:05 or 1:02:03.
func clock(d time.Duration) string {
	s := int64(d.Round(time.Second) / time.Second)
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// speed writes how many bytes come in a second.
func speed(rate int64) string { return bytesize.Format(rate) + "/s" }

// longestLeft bounds a time that is worth telling.
const longestLeft = 100 * time.Hour

// timeLeft says how long so many bytes take, or nothing if the rate is unknown.
func timeLeft(bytes, rate int64) string {
	if bytes <= 0 || rate <= 0 {
		return ""
	}
	seconds := bytes / rate
	if seconds > int64(longestLeft/time.Second) {
		return ""
	}
	return clock(time.Duration(max(seconds, 1))*time.Second) + " left"
}
