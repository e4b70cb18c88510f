package main

import "testing"

func TestFreeSpace(t *testing.T) {
	for text, want := range map[string]freeSpace{
		"5%": {percent: 5}, "0.5%": {percent: 0.5}, "0": {}, "0%": {}, "2G": {bytes: 2e9}, " 512Mi ": {bytes: 512 << 20}, "100%": {percent: 100},
	} {
		var got freeSpace
		if err := got.Set(text); err != nil || got != want {
			t.Errorf("%q: %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, bad := range []string{"", "%", "-1", "-1%", "101%", "NaN%", "lots", "5%%", "5 % of it"} {
		var got freeSpace
		if err := got.Set(bad); err == nil {
			t.Errorf("%q is taken as %+v", bad, got)
		}
	}
}

func TestFreeSpaceOn(t *testing.T) {
	all := freeSpace{percent: 100}
	disk, err := all.on(t.TempDir())
	if err != nil || disk <= 0 {
		t.Fatalf("the disk has %d bytes, %v", disk, err)
	}
	for _, c := range []struct {
		space freeSpace
		want  int64
	}{
		{freeSpace{percent: 50}, disk / 2}, {freeSpace{percent: 50, bytes: 1000}, 1000}, {freeSpace{bytes: 7}, 7}, {freeSpace{}, 0},
	} {
		if got, err := c.space.on(t.TempDir()); got-c.want > 1 || c.want-got > 1 || err != nil {
			t.Errorf("%+v is %d, %v; want %d", c.space, got, err, c.want)
		}
	}
	if _, err := all.on("/no/such/folder"); err == nil {
		t.Error("a folder that is not there has a disk")
	}
}
