package catalog

import (
	"errors"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/internal/httprule"
)

func TestCheckURL(t *testing.T) {
	for _, raw := range []string{
		"http://example.com/a.m4a",
		"https://example.com:8443/a%20b.mp3?x=1#y",
		"HTTP://127.0.0.1:8080",
		"http://[::1]:80/x",
	} {
		if err := CheckURL(raw); err != nil {
			t.Errorf("CheckURL(%q) = %v, want nil", raw, err)
		}
	}
	for _, raw := range []string{
		"",
		"a.m4a",
		"//example.com/a",
		"file:///etc/passwd",
		"ftp://example.com/a",
		"javascript:alert(1)",
		"http:example.com",
		"http://",
		"http:///a",
		"http://:80/a",
		"http://example.com/\x00",
		"http://example.com/\n",
		"http://example.com/\u0085",
		"http://example.com/\xff",
		"http://exam ple.com/",
		"http://example.com:port/",
		"http://example.com/" + strings.Repeat("a", httprule.MaxURL),
	} {
		if err := CheckURL(raw); !errors.Is(err, ErrInvalidURL) {
			t.Errorf("CheckURL(%.40q) = %v, want ErrInvalidURL", raw, err)
		}
	}
}

func TestCheckURLHidesSecrets(t *testing.T) {
	err := CheckURL("ftp://user:hunter2@example.com/?token=hunter2")
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("CheckURL gave %v, want an error without the secret", err)
	}
}

// An address may have 8 KiB, as servers take them.
func TestLongestURL(t *testing.T) {
	longest := "http://example.com/" + strings.Repeat("a", 8192-len("http://example.com/"))
	if err := CheckURL(longest); err != nil {
		t.Errorf("8 KiB: %v", err)
	}
	if err := CheckURL(longest + "a"); !errors.Is(err, ErrInvalidURL) {
		t.Errorf("one more byte: %v, want ErrInvalidURL", err)
	}
}
