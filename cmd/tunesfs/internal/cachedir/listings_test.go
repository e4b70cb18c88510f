package cachedir

import "testing"

func TestListingsQuota(t *testing.T) {
	for size, want := range map[int64]int64{
		0: 256e6, 1: 16e6, 10e6: 16e6, 160e6: 16e6, 500e6: 50e6, 2560e6: 256e6, 10e9: 256e6, 1 << 62: 256e6,
	} {
		if got := ListingsQuota(size); got != want {
			t.Errorf("a cache of %d bytes: %d, want %d", size, got, want)
		}
	}
}
