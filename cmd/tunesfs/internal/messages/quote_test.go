package messages

import "testing"

func TestQuote(t *testing.T) {
	for text, want := range map[string]string{
		"": "''", "/home/me/music": "/home/me/music", "/my music": "'/my music'", "it's": `'it'\''s'`, "$HOME": "'$HOME'",
	} {
		if got := Quote(text); got != want {
			t.Errorf("Quote(%q) = %s, want %s", text, got, want)
		}
	}
}
