package xdg

import "testing"

func TestFolders(t *testing.T) {
	for _, tt := range []struct{ value, home, config, cache, state, runtime string }{
		{"/x", "/home/me", "/x/tunesfs", "/x/tunesfs", "/x/tunesfs", "/x"},
		{"relative", "/home/me", "/home/me/.config/tunesfs", "/home/me/.cache/tunesfs", "/home/me/.local/state/tunesfs", ""},
		{"", "/home/me", "/home/me/.config/tunesfs", "/home/me/.cache/tunesfs", "/home/me/.local/state/tunesfs", ""},
		{"", "relative", "/etc/tunesfs", "/var/cache/tunesfs", "/var/log/tunesfs", ""},
		{"", "", "/etc/tunesfs", "/var/cache/tunesfs", "/var/log/tunesfs", ""},
	} {
		getenv := func(name string) string {
			switch name {
			case "HOME":
				return tt.home
			case "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR":
				return tt.value
			}
			return "/another/variable"
		}
		for got, want := range map[string]string{
			Config(getenv): tt.config, Cache(getenv): tt.cache, State(getenv, "/var/log"): tt.state, RuntimeBase(getenv): tt.runtime,
		} {
			if got != want {
				t.Errorf("%+v: got %s, want %s", tt, got, want)
			}
		}
	}
}
