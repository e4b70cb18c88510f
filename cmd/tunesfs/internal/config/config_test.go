package config

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/size"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
)

const someConfig = `# comment
[mount]
cache-size = "20G"
connections = 4

[sources.home]
source = "itunes+http://nas:8080/"
search = ["daft punk", "AC/DC"]
cache-size = 5_000_000
min-free = "10%"
limit-rate = "500k"
ttl = "30m"
keep = true
allow-other = true

[sources."work music"]
source = "itunes:?country=de"
keep = false

[sources.bold]
source = "archive:"
connections = 9
`

func TestConfig(t *testing.T) {
	c, err := parse("config.toml", []byte(someConfig))
	if err != nil {
		t.Fatal(err)
	}
	given := map[string]bool{"ttl": true}
	for word, want := range map[string]Mount{
		"home": {Searches: []string{"daft punk", "AC/DC"}, CacheSize: 5e6, MinFree: size.Reserve{Percent: 10},
			LimitRate: 500e3, TTL: time.Minute, keep: true, AllowOther: true, connections: 4},
		"work music": {CacheSize: 20e9, connections: 4, TTL: time.Minute, noKeep: true},
		"demo:":      {CacheSize: 20e9, connections: 4, TTL: time.Minute},
		"archive:":   {CacheSize: 20e9, connections: 3, TTL: time.Minute},
		"bold":       {CacheSize: 20e9, connections: 9, TTL: time.Minute},
	} {
		_, options, err := c.resolve(word)
		if err != nil {
			t.Fatal(err)
		}
		got := Mount{TTL: time.Minute}
		for _, o := range options {
			o.apply(&got, func(flag string) bool { return given[flag] })
		}
		if strings.Join(got.Searches, ",") != strings.Join(want.Searches, ",") {
			t.Errorf("%s: searches %q", word, got.Searches)
		}
		got.Searches, want.Searches = nil, nil
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: got\n%v\nwant\n%v", word, got, want)
		}
	}
	if s, _, err := c.resolve("home"); err != nil || s.String() != "itunes+http://nas:8080/" {
		t.Errorf("home is %v, %v", s, err)
	}
	if _, _, err := c.resolve("nowhere"); !errors.Is(err, source.ErrInvalid) {
		t.Errorf("an unknown name: %v", err)
	}
}

func TestConfigRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"colour = \"blue\"":                                   "config.toml:1: unknown key colour",
		"\n[mount]\ncache_size = 5":                           "config.toml:3: unknown key mount.cache_size",
		"[sources.home]\nsource = \"demo:\"\nhunter2 = 1":     "config.toml:3: unknown key sources.home.hunter2",
		"[mount]\n\nsource = \"demo:\"":                       "config.toml:3: unknown key mount.source",
		"[mount]\ncache-size = \"big\"":                       "config.toml:2: ",
		"[mount]\nmin-free = \"most\"":                        "config.toml:2: ",
		"[mount]\nconnections = \"many\"":                     "config.toml:2: ",
		"[mount]\nttl = 5":                                    "not a duration",
		"[mount]\nttl = \"hunter2\"":                          "config.toml:2: not a duration",
		"[mount]\nkeep = \"yes\"":                             "config.toml:2: mount.keep cannot be of the type string",
		"[mount]\nsearch = \"abba\"":                          "config.toml:2: mount.search cannot be of the type string",
		"[mount\n":                                            "config.toml:1: ",
		"[mount]\nkeep = true\nkeep = false":                  "config.toml:3: ",
		"[sources.home]\nsource = \"gramophone:\"":            "source home: wrong catalog address",
		"[sources.home]\nkeep = true":                         "source home: it has no address; add one, such as",
		"[sources.\"itunes:\"]\nsource = \"demo:\"":           "source itunes:: its name has a colon",
		"[sources.x]\nsource = \"itunes+http://u:hunter2@h\"": "takes no user name or password",
	} {
		_, err := parse("config.toml", []byte(text))
		if !errors.Is(err, errConfig) || !strings.Contains(err.Error(), want) || isValue(err, "hunter2") {
			t.Errorf("%q: %v; want %q", text, err, want)
		}
	}
}

// isValue reports whether an error repeats what stands for a value; an unknown
// key is named.
func isValue(err error, text string) bool {
	return strings.Contains(err.Error(), text) && !strings.Contains(err.Error(), "unknown key")
}

func TestConfigPath(t *testing.T) {
	for _, tt := range []struct{ xdg, home, want string }{
		{"/x", "/home/me", "/x/tunesfs/config.toml"},
		{"relative", "/home/me", "/home/me/.config/tunesfs/config.toml"},
		{"", "/home/me", "/home/me/.config/tunesfs/config.toml"},
		{"", "", "/etc/tunesfs/config.toml"},
	} {
		env := map[string]string{"XDG_CONFIG_HOME": tt.xdg, "HOME": tt.home}
		if got := Path(func(name string) string { return env[name] }); got != tt.want {
			t.Errorf("%+v: %s", tt, got)
		}
	}
}

func FuzzConfig(f *testing.F) {
	f.Add([]byte(someConfig))
	f.Add([]byte("[sources.a]\nsource = 'demo:'\n[[mount]]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := parse("config.toml", data); err != nil && !errors.Is(err, errConfig) {
			t.Fatal(err)
		}
	})
}
