package main

import (
	"slices"
	"strings"
	"testing"
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
