package size

import "testing"

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "500": 500, "500k": 500_000, "1.5M": 1_500_000, "2Mi": 2 << 20, "2MiB": 2 << 20, "3GB": 3_000_000_000, " 7 ": 7, "1T": 1e12,
	} {
		if got, err := Parse(text); err != nil || got != want {
			t.Errorf("parseSize(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
	for _, bad := range []string{"", "k", "-1", "1.2.3", "1x", "1kk", "0x10", "inf", "NaN", "1e9", "99999999T", "i"} {
		if got, err := Parse(bad); err == nil {
			t.Errorf("parseSize(%q) = %d, want an error", bad, got)
		}
	}
}

func FuzzParseSize(f *testing.F) {
	f.Add("1.5MiB")
	f.Add(".")
	f.Fuzz(func(t *testing.T, text string) {
		if n, err := Parse(text); err == nil && n < 0 {
			t.Fatalf("parseSize(%q) = %d", text, n)
		}
	})
}
