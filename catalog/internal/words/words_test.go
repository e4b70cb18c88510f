package words

import "testing"

func TestIn(t *testing.T) {
	for _, tt := range []struct {
		query, text string
		want        bool
	}{
		{"fur elise", "Für Elise", true},
		{"FÜR", "fur", true},
		{"eli", "Für Elise", true},
		{"lise", "Für Elise", false},
		{"elise fur", "Für Elise", true},
		{"fur otto", "Für Elise", false},
		{"2024-05", "2024-05-03 - News", true},
		{"日本", "新日本紀行", true},
		{"本日", "新日本紀行", false},
		{"", "anything", false},
		{"!?", "anything", false},
		{"x", "", false},
		{"\xff", "anything", false},
	} {
		if got := Parse(tt.query).In(tt.text); got != tt.want {
			t.Errorf("%q in %q: %v, want %v", tt.query, tt.text, got, tt.want)
		}
	}
	if !Parse("one two").In("ones", "and twos") {
		t.Error("words that are in different texts are not found")
	}
}
