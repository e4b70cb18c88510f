package oracle

import (
	"testing"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// TestFolderInTrouble has the listings of one folder meet a fault: the others fail only
// where the catalog asks for fewer calls.
func TestFolderInTrouble(t *testing.T) {
	for name, c := range map[string]struct {
		fault, dir, errno string
		allowed           bool
	}{
		"too many calls":               {"429", "own", "EAGAIN", true},
		"too many calls of another":    {"429", "dir", "EAGAIN", true},
		"out of service":               {"503", "own", "EIO", true},
		"out of service, another":      {"503", "dir", "EIO", false},
		"asked to come back, another":  {"503", "dir", "EAGAIN", true},
		"refused, and another is not":  {"403", "dir", "EACCES", false},
		"refused":                      {"403", "own", "EACCES", true},
		"refused, and it says another": {"403", "own", "EAGAIN", false},
	} {
		tr := newTrial(t)
		if err := tr.world.Strike(1, c.fault, "own/", true, 0); err != nil {
			t.Fatal(err)
		}
		tr.do(plan.Step{Do: plan.List, Path: c.dir}, history.Answer{Errno: c.errno, Call: "opendir"})
		if found := len(tr.Findings()) > 0; found == c.allowed {
			t.Errorf("%s: found %v", name, tr.Findings())
		}
	}
}
