package plan

import (
	"slices"
	"testing"
)

func TestTrouble(t *testing.T) {
	for _, c := range []struct {
		step               Step
		op, errno, trouble string
	}{
		{Step{Do: Strike, Fault: "disk-read"}, "read", "EIO", "disk-read"},
		{Step{Do: Strike, Fault: "disk-write-ENOSPC"}, "write", "ENOSPC", "disk-write-ENOSPC"},
		{Step{Do: Strike, Fault: "stall"}, "", "", ""},
		{Step{Do: Heal}, "", "", ""},
		{Step{Do: Pull}, "", "", "pull"},
		{Step{Do: Pull, How: "all"}, "", "", "pull all"},
		{Step{Do: Empty, How: "data"}, "", "", "empty data"},
		{Step{Do: Swap, How: "older"}, "", "", "swap older"},
		{Step{Do: Unlock}, "", "", "unlock"},
		{Step{Do: Unmount, How: "lazy"}, "", "", ""},
	} {
		op, errno, ok := c.step.DiskFault()
		if op != c.op || errno != c.errno || ok != (c.op != "") || c.step.Trouble() != c.trouble {
			t.Errorf("%+v: %q %q %v, %q", c.step, op, errno, ok, c.step.Trouble())
		}
	}
}

// What befalls the cache has a name that tables of cells know, and the failing disk is
// used where the plan has one.
func TestCacheSteps(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(60) {
		p := Wish{}.Draw(seed, 3000)
		for _, s := range p.Steps {
			trouble := s.Trouble()
			if trouble == "" {
				continue
			}
			seen[trouble] = true
			switch _, _, isDisk := s.DiskFault(); {
			case (isDisk || s.Do == Pull) && !p.Setup.Disk:
				t.Errorf("seed %d: %+v without the disk", seed, s)
			case !slices.Contains(DiskFaults, trouble) && !slices.Contains(CacheFaults, trouble):
				t.Errorf("seed %d: %q is in no table", seed, trouble)
			}
		}
	}
	for _, kind := range slices.Concat(DiskFaults, CacheFaults) {
		if !seen[kind] {
			t.Errorf("%s never befalls a cache", kind)
		}
	}
}
