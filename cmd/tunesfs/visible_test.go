package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
)

// No command passes on what others wrote to a terminal as it is: the files of a cache,
// the configuration, or its own arguments.
func TestCommandsAreVisible(t *testing.T) {
	const escapes = "a\x1b]0;title\x07\x1b[2Jb\u009b31mc\u202ed\u200b"
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
	t.Setenv("XDG_CACHE_HOME", filepath.Join(home, "cache"))
	for name, text := range map[string]string{
		"cache/tunesfs/x/source":       "itunes:" + escapes + "\n/forged",
		"config/tunesfs/config.toml":   "[sources.\"" + escapes + "\"]\nsource = \"" + escapes + "\"\n",
		"lists/" + escapes + "/x.m3u8": "#EXTM3U\n",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(home, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(home, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	said := 0
	for _, args := range [][]string{
		{"cache", "list"}, {"cache", "verify"}, {"cache", "list", escapes}, {"sources"}, {"mount", escapes, home}, {"mount", "itunes:", escapes},
		{"search", "playlist:" + filepath.Join(home, "lists", escapes, "x.m3u8"), escapes}, {"unmount", escapes}, {"status", escapes},
		{"start", escapes}, {"--" + escapes}, {escapes}, {"mount", "itunes:", home, "--cache-size", escapes}, {"mount", "--log", "/" + escapes + "/x", "itunes:", home + "/none"},
	} {
		var out, errs bytes.Buffer
		err := run(t.Context(), args, strings.NewReader(""), &out, &errs)
		messages.Report(&errs, err)
		for _, text := range []string{out.String(), errs.String()} {
			if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) }) {
				t.Errorf("%q says %q", args, text)
			}
			said += strings.Count(text, `\u001b`)
		}
		if strings.Contains(out.String(), "\n/forged") {
			t.Errorf("%q says %q, with a line that a file forged", args, out.String())
		}
	}
	if said == 0 {
		t.Error("nothing was said that had to be made visible")
	}
}

// The events of a folder that is no mount of ours reach standard output visibly, too.
func TestFollowIsVisible(t *testing.T) {
	dir := t.TempDir()
	events := filepath.Join(dir, ".tunesfs", "events")
	if err := errors.Join(os.Mkdir(filepath.Dir(events), 0o700), os.WriteFile(events, []byte("{\"path\":\"a\x1b[2J\u202eb\x9b\"}\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	stdin, open := io.Pipe() // the command ends with it
	defer open.Close()
	var out bytes.Buffer
	if err := run(t.Context(), []string{"follow", dir}, stdin, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	if want := "\n{\"path\":\"a\\u001b[2J\\u202eb\\x9b\"}\n"; out.String() != want {
		t.Errorf("it says %q, want %q", out.String(), want)
	}
}
