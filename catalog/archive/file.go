package archive

import (
	"encoding/hex"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/lenient"
)

// A file is one of an item's, as the service tells of it.
type file struct {
	Name     lenient.Text   `json:"name"`
	Source   lenient.Text   `json:"source"` // original, derivative or metadata
	Original lenient.Texts  `json:"original"`
	Size     lenient.Number `json:"size"`
	MD5      lenient.Text   `json:"md5"`
	SHA1     lenient.Text   `json:"sha1"`
	Private  lenient.Flag   `json:"private"`
	Title    lenient.Texts  `json:"title"`
	Artist   lenient.Texts  `json:"artist"`
	Creator  lenient.Texts  `json:"creator"`
	Album    lenient.Texts  `json:"album"`
	Genre    lenient.Texts  `json:"genre"`
	Track    lenient.Texts  `json:"track"`
	Length   lenient.Texts  `json:"length"`
	Disc     lenient.Texts  `json:"disc"`
	BitRate  lenient.Texts  `json:"bitrate"` // kilobits a second
}

// isAudio reports whether a file is one to be listened to, by its name: the
// service's word for its format is free text.
func (f file) isAudio() bool {
	typ, _ := catalog.MediaOf("", "http://host/x"+f.ext())
	return strings.HasPrefix(typ, "audio/")
}

func (f file) ext() string { return strings.ToLower(path.Ext(string(f.Name))) }

func (f file) isOriginal() bool { return f.Source == "original" }

// digest returns what the whole can be checked by, or "".
func (f file) digest() string {
	switch {
	case isHex(f.SHA1, 40):
		return "sha1:" + strings.ToLower(string(f.SHA1))
	case isHex(f.MD5, 32):
		return "md5:" + strings.ToLower(string(f.MD5))
	}
	return ""
}

// md5 returns the MD5 of the whole in lower-case hex, or "".
func (f file) md5() string {
	if !isHex(f.MD5, 32) {
		return ""
	}
	return strings.ToLower(string(f.MD5))
}

// bitRate returns the rate in bits a second, or 0.
func (f file) bitRate() int {
	kilobits, err := strconv.ParseFloat(strings.TrimSpace(f.BitRate.First()), 64)
	if err != nil {
		return 0
	}
	return catalog.BitRate(kilobits)
}

// isHex reports whether a text is so many digits in hex.
func isHex(text lenient.Text, digits int) bool {
	_, err := hex.DecodeString(string(text))
	return err == nil && len(text) == digits
}

// size returns the length in bytes, or -1.
func (f file) size() int64 {
	if f.Size <= 0 {
		return -1
	}
	return int64(f.Size)
}

// What a track may be shown in.
const (
	formatBest = "best" // of what was uploaded
	formatFLAC = "flac"
	formatMP3  = "mp3"
	formatOgg  = "ogg"
	formatAll  = "all"
)

var formatExts = map[string][]string{
	formatFLAC: {".flac"},
	formatMP3:  {".mp3"},
	formatOgg:  {".ogg", ".oga", ".opus", ".spx"},
}

// lossless are the formats that lose nothing, those first that more programs play.
var lossless = []string{".flac", ".wav", ".aiff", ".aif", ".wv", ".ape", ".tta", ".dsf", ".shn"}

// better orders files of one track: what was uploaded first, then what loses
// nothing, then the longer.
func better(a, b file) int {
	if a.isOriginal() != b.isOriginal() {
		return order(a.isOriginal())
	}
	rank := func(f file) int { return (slices.Index(lossless, f.ext()) + len(lossless) + 1) % (len(lossless) + 1) }
	if ra, rb := rank(a), rank(b); ra != rb {
		return ra - rb
	}
	if a.Size != b.Size {
		return order(a.Size > b.Size)
	}
	return strings.Compare(string(a.Name), string(b.Name))
}

func order(first bool) int {
	if first {
		return -1
	}
	return 1
}

// parseNumber returns the number of a track, of which services write "7", "07",
// "7/12"; 0 if there is none.
func parseNumber(text string) int {
	text = strings.TrimSpace(text)
	end := strings.IndexFunc(text+" ", func(r rune) bool { return r < '0' || r > '9' })
	n, err := strconv.Atoi(text[:end])
	if err != nil || n > 9999 {
		return 0
	}
	return n
}

var lengthForm = regexp.MustCompile(`^(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,6}(?:\.\d+)?)$`)

// parseLength returns a duration, which the service gives in seconds or as
// minutes and seconds, maybe with hours; 0 if it is neither.
func parseLength(text string) time.Duration {
	parts := lengthForm.FindStringSubmatch(strings.TrimSpace(text))
	if parts == nil {
		return 0
	}
	hours, _ := strconv.Atoi(parts[1]) // "" is none
	minutes, _ := strconv.Atoi(parts[2])
	seconds, _ := strconv.ParseFloat(parts[3], 64)
	total := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	return total + time.Duration(seconds*float64(time.Second)).Round(time.Millisecond)
}

// parseDate returns the day that a date names, as far as it does: 1977-05-08,
// with a time, or only the year and month; zero if it does not.
func parseDate(text string) time.Time {
	text = strings.TrimSpace(text)
	for _, form := range []string{time.DateOnly, "2006-01", "2006"} {
		if len(text) < len(form) {
			continue
		}
		if t, err := time.Parse(form, text[:len(form)]); err == nil && t.Year() > 0 {
			return t
		}
	}
	return time.Time{}
}
