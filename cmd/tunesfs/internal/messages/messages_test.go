package messages

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"unicode"
)

// escapes is what a certificate, a proxy or a file may have in it to act on a terminal
// or to hide.
const escapes = "a\x1b]0;title\x07\x1b[2Jb\rc\u009b31md\u202ee\u200bf\xffg"

// wantVisible fails the test if a text acts on a terminal or hides.
func wantVisible(t *testing.T, what, text string) {
	t.Helper()
	if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) }) {
		t.Errorf("%s: %q", what, text)
	}
	for _, part := range []string{`\u001b]0;title\u0007`, `\u001b[2J`, `\u000d`, `\u009b31m`, `\u202e`, `\u200b`, `\xff`} {
		if !strings.Contains(text, part) {
			t.Errorf("%s: %q does not show %s", what, text, part)
		}
	}
}

func TestReportIsVisible(t *testing.T) {
	var out bytes.Buffer
	Report(&out, &UsageError{Err: errors.New(escapes), Hint: "tunesfs help"})
	wantVisible(t, "an error", out.String())
	if !strings.HasPrefix(out.String(), Prefix) || strings.Count(out.String(), "\n") != 2 {
		t.Errorf("reported as %q", out.String())
	}
}

// An address in a message has neither a user nor a query, however it was cut or cleaned.
func TestReportWithoutSecrets(t *testing.T) {
	for text, want := range map[string]string{
		"no such command: https://me:s3cret@h/a?t=s3cret": "no such command: https://h/a?...",
		"cannot pause https:/me:s3cret@h/a: gone":         "cannot pause https:/h/a: gone",
		"index+https://s3@cret@h/?k=s3cret&l=s3cret; why": "index+https://h/?...; why",
		`"https://s3cret@h/?s3cret", "ftp://s3cret@h"`:    `"https://h/?...", "ftp://h"`,
		"open /tmp/u:s3cret@h: no such file":              "open /tmp/h: no such file",
		"open /tmp/index+http:u:s3:cret@127.0.0.1: gone":  "open /tmp/127.0.0.1: gone",
		"open /tmp/itunes:?lang=s3cret: gone":             "open /tmp/itunes:?...: gone",
		"cannot pause /tmp/Ode@joy.mp3: what? gone":       "cannot pause /tmp/Ode@joy.mp3: what? gone",
		"open http://h/a/me@home.mp3":                     "open http://h/a/me@home.mp3",
	} {
		var out bytes.Buffer
		Report(&out, errors.New(text))
		if got := out.String(); got != Prefix+want+"\n" {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// The log of a terminal, and that of a file, show whatever is in them, on one line.
func TestLogIsVisible(t *testing.T) {
	for _, key := range []string{"error", "path"} {
		var out bytes.Buffer
		log := NewLogger(&out, false, true)
		log.With("source", escapes).Warn("as of "+escapes, key, escapes+"\nforged", "why", fmt.Errorf("%w", errors.New(escapes)))
		wantVisible(t, key, out.String())
		if strings.Count(out.String(), "\n") != 1 {
			t.Errorf("%s: logged as %q", key, out.String())
		}
		var file bytes.Buffer
		NewLogger(&file, true, true).Log(t.Context(), slog.LevelWarn, escapes, key, escapes+"\nforged")
		if strings.ContainsFunc(file.String(), func(r rune) bool { return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) }) || strings.Count(file.String(), "\n") != 1 {
			t.Errorf("%s: a file has %q", key, file.String())
		}
	}
}
