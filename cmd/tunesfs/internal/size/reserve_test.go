package size

import "testing"

func TestFreeSpace(t *testing.T) {
	for text, want := range map[string]Reserve{
		"5%": {Percent: 5}, "0.5%": {Percent: 0.5}, "0": {}, "0%": {}, "2G": {Bytes: 2e9}, " 512Mi ": {Bytes: 512 << 20}, "100%": {Percent: 100},
	} {
		var got Reserve
		if err := got.Set(text); err != nil || got != want {
			t.Errorf("%q: %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, bad := range []string{"", "%", "-1", "-1%", "101%", "NaN%", "lots", "5%%", "5 % of it"} {
		var got Reserve
		if err := got.Set(bad); err == nil {
			t.Errorf("%q is taken as %+v", bad, got)
		}
	}
}

func TestFreeSpaceOn(t *testing.T) {
	all := Reserve{Percent: 100}
	disk, err := all.On(t.TempDir())
	if err != nil || disk <= 0 {
		t.Fatalf("the disk has %d bytes, %v", disk, err)
	}
	for _, c := range []struct {
		space Reserve
		want  int64
	}{
		{Reserve{Percent: 50}, disk / 2}, {Reserve{Percent: 50, Bytes: 1000}, 1000}, {Reserve{Bytes: 7}, 7}, {Reserve{}, 0},
	} {
		if got, err := c.space.On(t.TempDir()); got-c.want > 1 || c.want-got > 1 || err != nil {
			t.Errorf("%+v is %d, %v; want %d", c.space, got, err, c.want)
		}
	}
	if _, err := all.On("/no/such/folder"); err == nil {
		t.Error("a folder that is not there has a disk")
	}
}
