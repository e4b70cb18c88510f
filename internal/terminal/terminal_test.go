package terminal

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// kiss is the longest sequence that Unicode recommends.
const kiss = "👩🏽\u200d❤\ufe0f\u200d💋\u200d👨🏿"

// hostile are texts that act on a terminal or hide, and how they are shown.
var hostile = map[string]string{
	"plain, Für Elise 東京 🎵":       "plain, Für Elise 東京 🎵",
	"tab\tline\n":                 "tab\tline\n",
	`back\slash`:                  `back\slash`,
	"\x1b[2J\x1b]0;title\x07":     `\u001b[2J\u001b]0;title\u0007`,
	"over\rwritten\b":             `over\u000dwritten\u0008`,
	"nul\x00del\x7f":              `nul\u0000del\u007f`,
	"\u009b31m\u0085":             `\u009b31m\u0085`,
	"raw \x9b31m \xff":            `raw \x9b31m \xff`,
	"gpj\u202eexe\u2066\u2069":    `gpj\u202eexe\u2066\u2069`,
	"a\u200bb\u200dc\ufeff\u00ad": `a\u200bb\u200dc\ufeff\u00ad`,
	"\u061c\u200e\u200f\u180e":    `\u061c\u200e\u200f\u180e`,
	"\u2060\u2064\u206a":          `\u2060\u2064\u206a`,
	"\u2028\u2029":                `\u2028\u2029`,
	"\U000e0041\U000e0001":        `\udb40\udc41\udb40\udc01`,
	"\u115f\u3164\uffa0\u2800":    `\u115f\u3164\uffa0\u2800`,
	"\ufe01\ue000\ufffe":          `\ufe01\ue000\ufffe`,
	"❤\ufe0f":                     "❤\ufe0f",
	"\ufffd":                      "\ufffd",

	// Joined emoji.
	"👩\u200d👩\u200d👧 👍🏽 🇩🇪":        "👩\u200d👩\u200d👧 👍🏽 🇩🇪",
	"🏳\ufe0f\u200d🌈❤\ufe0f\u200d🔥": "🏳\ufe0f\u200d🌈❤\ufe0f\u200d🔥",
	kiss:                          kiss,
	"1\ufe0f\u20e3 #\ufe0f\u20e3": "1\ufe0f\u20e3 #\ufe0f\u20e3",
	"☎\ufe0e":                     "☎\ufe0e",

	// Joiners and selectors that join no emoji.
	"👩\u200d":                                      `👩\u200d`,
	"\u200d👩":                                      `\u200d👩`,
	"👩\u200da\u200d👩":                              `👩\u200da\u200d👩`,
	"👩\u200d\u200d👩":                               `👩\u200d\u200d👩`,
	"👩\u200d🏽":                                     `👩\u200d🏽`,
	"👩\u200d\u202e👩":                               `👩\u200d\u202e👩`,
	"👩\u0301\u200d👩":                               "👩\u0301" + `\u200d👩`,
	"क\u094d\u200dष":                               "क\u094d" + `\u200dष`,
	"1\ufe0f a\ufe0f \ufe0f":                       `1\ufe0f a\ufe0f \ufe0f`,
	"❤\ufe0f\ufe0f\ufe0e":                          "❤\ufe0f" + `\ufe0f\ufe0e`,
	kiss + "\u200d👩":                               kiss + `\u200d👩`,
	"\U0001f3f4\U000e0067\U000e007f":               `🏴\udb40\udc67\udb40\udc7f`,
	"a" + strings.Repeat("\u0301", 12) + "b\u0301": "a" + strings.Repeat("\u0301", maxMarks) + `\u0301\u0301` + "b\u0301",
	"👍" + strings.Repeat("🏽", 11):                  "👍" + strings.Repeat("🏽", maxMarks) + `\ud83c\udffd`,
}

func TestVisible(t *testing.T) {
	for text, want := range hostile {
		if got := Visible(text); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
	if got, want := Line("a\tb\nc\x1b"), `a\u0009b\u000ac\u001b`; got != want {
		t.Errorf("a line is shown as %q, want %q", got, want)
	}
}

// A writer shows what Visible shows, however the text is cut into writes.
func TestWriter(t *testing.T) {
	for text, want := range hostile {
		for _, size := range []int{1, 2, 3, 1000} {
			var out bytes.Buffer
			w := NewWriter(&out)
			for rest := []byte(text + "."); len(rest) > 0; rest = rest[min(size, len(rest)):] {
				piece := rest[:min(size, len(rest))]
				if n, err := w.Write(piece); n != len(piece) || err != nil {
					t.Fatalf("wrote %d, %v", n, err)
				}
			}
			if got := out.String(); got != want+"." {
				t.Errorf("%q in pieces of %d is shown as %q, want %q", text, size, got, want+".")
			}
		}
	}
}

func TestUnderlying(t *testing.T) {
	var out bytes.Buffer
	w := NewWriter(&out)
	if Underlying(w) != &out || Underlying(&out) != &out || NewWriter(w) != w {
		t.Error("a writer of a writer, or another one underneath")
	}
	if Exact(w) != &out || Exact(&out) != &out {
		t.Error("what programs read is not exact")
	}
}

// FuzzVisible: what is shown neither acts on a terminal nor hides, is shown the same
// again, and is JSON that means the same if it was JSON.
func FuzzVisible(f *testing.F) {
	for text := range hostile {
		f.Add(text)
		quoted, err := json.Marshal(text)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(quoted))
	}
	f.Fuzz(func(t *testing.T, text string) {
		shown := Visible(text)
		if !utf8.ValidString(shown) || Visible(shown) != shown {
			t.Errorf("%q is shown as %q", text, shown)
		}
		if strings.ContainsFunc(shown, func(r rune) bool {
			return r != '\n' && r != '\t' && r != joiner && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r))
		}) {
			t.Errorf("%q is shown as %q, which acts on a terminal", text, shown)
		}
		var before, after any
		if utf8.ValidString(text) && json.Unmarshal([]byte(text), &before) == nil &&
			(json.Unmarshal([]byte(shown), &after) != nil || !reflect.DeepEqual(before, after)) {
			t.Errorf("%q is %v in JSON, and then %v", text, before, after)
		}
	})
}
