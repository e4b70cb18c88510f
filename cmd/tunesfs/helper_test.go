package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/config"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
)

func TestHelperArgs(t *testing.T) {
	tests := []struct{ in, want string }{
		{"itunes: /m", "mount --daemon -- itunes: /m"},
		{"itunes: /m -o rw", "mount --daemon -- itunes: /m"},
		{"itunes: /m -o rw,country=us,allow_other,uid=1000,_netdev", "mount --daemon --allow-other --uid=1000 -- itunes:?country=us /m"},
		{"itunes:?limit=5 /m -s -v -n -o country=us -t tunesfs", "mount --daemon -- itunes:?limit=5&country=us /m"},
		{"-o cache_dir=/c,limit-rate=2M,no_keep demo: /m", "mount --daemon --cache-dir=/c --limit-rate=2M --no-keep -- demo: /m"},
		{"-o term=a&b,x-systemd.automount demo: /m -N 4", "mount --daemon -- demo:?term=a%26b /m"},
		{"podcast+http://h/f /m -o network=home,ro", "mount --daemon -- podcast+http://h/f?network=home /m"},
		{"podcast+http://h/f?a=b /m -o network=home", "mount --daemon -- podcast+http://h/f?a=b&network=home /m"},
		{"subsonic+https://h/ /m -o auth=token", "mount --daemon -- subsonic+https://h/?auth=token /m"},
		{"home /m -o auth=token", "mount --daemon -- home?auth=token /m"},
		{"demo: /m -o defaults -f", ""},
		{"demo: /m -nf", ""},
	}
	for _, tt := range tests {
		got, err := helperArgs(strings.Fields(tt.in))
		if want := strings.Fields(tt.want); err != nil || !slices.Equal(got, want) {
			t.Errorf("helperArgs(%s)\n got %q, %v\nwant %q", tt.in, got, err, want)
		}
	}
	for _, bad := range []string{"", "demo:", "demo: /m more", "demo: /m -o", "demo: /m -q", "podcast+http://h/f /m -o alow_other",
		"podcast+http://h/f /m -o network=home,alow_other",
	} {
		if got, err := helperArgs(strings.Fields(bad)); err == nil {
			t.Errorf("helperArgs(%s) = %q, want an error", bad, got)
		}
	}
}

// An option that lacks its value is named; the next one is not taken for that. What is
// no option is not repeated: it may be a secret in a wrong place.
func TestHelperOptions(t *testing.T) {
	for bad, want := range map[string]string{
		"itunes: /m -o log,keep":                              "option log ",
		"itunes: /m -o keep,log":                              "option log ",
		"itunes: /m -o cache_size,ro":                         "option cache_size ",
		"itunes: /m -o uid":                                   "option uid ",
		"itunes: /m -o search,search=x":                       "option search ",
		"itunes: /m -o password_file,keep":                    "option password_file ",
		"itunes: /m -hunter2":                                 "unknown option",
		"itunes: /m --hunter2=x":                              "unknown option",
		"podcast+https://host/f /m -o hunter2":                "unknown option",
		"podcast+https://host/f /m -o hunter2=x":              "unknown option",
		"playlist+https://host/f /m -o keep,network=home,hun": "unknown option",
		"podcast+https://host/f /m -o colour=hunter2":         "unknown option colour; see",
		"podcast+https://host/f /m -o cache_sise=hunter2":     "unknown option cache_sise; did you mean cache_size?",
		"podcast+https://host/f /m -o CacheSize=hunter2":      "unknown option; see",
		"podcast+https://host/f /m -o colour":                 "unknown option; see",
		"podcast+https://host/f /m -o colour=":                "unknown option; see",
		"itunes: /m -o alow_other":                            "unknown option alow_other; did you mean allow_other?",
		"itunes: /m -o country=de,no_keeep":                   "unknown option no_keeep; did you mean no_keep?",
		"demo: /m -o cachesize=5G":                            "unknown option cachesize; did you mean cache_size?",
		"itunes: /m -o country=de,limit_rte=2M":               "unknown option limit_rte; did you mean limit_rate?",
		"itunes: /m -o auth=token":                            "unknown option auth; did you mean auto?",
		"demo: /m -o nofial":                                  "unknown option nofial; did you mean nofail?",
	} {
		got, err := helperArgs(strings.Fields(bad))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hun") {
			t.Errorf("helperArgs(%s) = %q, %v", bad, got, err)
		}
	}
	for _, good := range []string{"keep", "debug", "allow_other", "no-keep", "log=x,keep", "ttl=1h", "keep=true", "ro,_netdev,country=de"} {
		if _, err := helperArgs([]string{"itunes:", "/m", "-o", good}); err != nil {
			t.Errorf("-o %s: %v", good, err)
		}
	}
}

// optionLines returns commands that give a secret as the value of each option that a catalog
// takes.
func optionLines(t *testing.T, secret, dir string) (lines [][]string) {
	t.Helper()
	password := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(password, []byte("other\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"itunes:", "archive:", "subsonic+https://host/", "index+https://host/", "demo:"} {
		var flags []string
		if strings.HasPrefix(address, "subsonic") {
			flags = []string{"--password-file", password}
		}
		search := func(query string) []string {
			return append(append([]string{"search"}, flags...), address+"?"+query, "x")
		}
		var out bytes.Buffer
		err := run(t.Context(), search("none=x"), strings.NewReader(""), &out, &out)
		_, listed, ok := strings.Cut(fmt.Sprint(err), "known are ")
		if address == "demo:" {
			listed = source.DemoRate
		} else if !ok {
			t.Fatalf("%s: %v does not say which options it takes", address, err)
		}
		for _, name := range append(strings.Split(listed, ", "), source.NetworkOption) {
			if !source.TakesOption(address, name) {
				t.Errorf("%s does not know its option %s", address, name)
			}
			query := name + "=" + secret
			mount := append(append([]string{"mount"}, flags...), address+"?"+query, dir)
			lines = append(lines, search(query), mount, []string{"cache", "list", address + "?" + query})
		}
	}
	return lines
}

// TestSecretInAWrongPlace types a secret where none belongs: no command repeats it.
func TestSecretInAWrongPlace(t *testing.T) {
	const secret = "hunter2"
	home := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
	t.Setenv("XDG_CACHE_HOME", filepath.Join(home, "cache"))
	t.Setenv("XDG_STATE_HOME", filepath.Join(home, "state"))
	t.Setenv("TUNESFS_PASSWORD", "")
	folder := filepath.Join(home, "config", "tunesfs")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	text := "[sources.a]\nsource = \"itunes:?password=" + secret + "\"\n[sources.b]\nsource = \"subsonic+https://" + secret + "@host/\"\n"
	if err := os.WriteFile(filepath.Join(folder, "config.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	part := filepath.Join(home, "cache", "tunesfs", "subsonic-host-01234567")
	if err := os.MkdirAll(part, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(part, "source"), []byte("subsonic+https://"+secret+"@host/\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(home, secret)
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, "m"), nil, 0o600); err != nil { // nothing is mounted on a file
		t.Fatal(err)
	}
	lines := [][]string{
		{"sources"},
		{"cache", "list"}, {"cache", "verify"},
		{"cache", "list", "itunes:?password=" + secret}, {"cache", "verify", "itunes:?" + secret}, {"cache", "clear", "itunes:?" + secret + "=1"},
		{"cache", "list", "subsonic+https://" + secret + "@other/"},
		{"search", "itunes:?" + secret, "x"}, {"search", "archive:?" + secret + "=1", "x"}, {"search", "index+https://host/?" + secret, "x"},
		{"search", "subsonic+https://" + secret + "@host/", "x"}, {"search", "subsonic+https://host/" + secret + "/?" + secret + "=1", "x"},
		{"mount", "subsonic+https://" + secret + "@host/", home}, {"mount", "itunes:?" + secret, filepath.Join(home, "m")},
		{"mount", "--" + secret, "itunes:", home}, {"mount", "--password" + secret + "=x", "itunes:", home}, {"--" + secret}, {"search", "--" + secret},
		{"search", "--password-file", secret, "subsonic+https://host/", "x"},
		{"search", "--password-file", filepath.Join(folder, secret), "subsonic+https://host/", "x"},
		{"search", "--password-file", empty, "subsonic+https://host/", "x"},
	}
	lines = append(lines, optionLines(t, secret, filepath.Join(home, "m"))...)
	set := pflag.NewFlagSet("mount", pflag.ContinueOnError)
	new(config.Mount).AddFlags(set)
	set.VisitAll(func(f *pflag.Flag) {
		if f.Name != "log" && f.Name != "cache-dir" { // errors name their files
			lines = append(lines, []string{"mount", "--" + f.Name + "=" + secret, "itunes:", filepath.Join(home, "m")})
		}
	})
	for _, line := range lines {
		var out bytes.Buffer
		err := run(t.Context(), line, strings.NewReader(""), &out, &out)
		messages.Report(&out, err)
		if strings.Contains(out.String(), secret) {
			t.Errorf("%q says %s", line, &out)
		}
	}
}
