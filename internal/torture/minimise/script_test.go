package minimise

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// A script has each step, and a shell can read it.
func TestScript(t *testing.T) {
	p := plan.Draw(3, 1000)
	var text strings.Builder
	if err := Script(&text, p, "a rule:\na finding"); err != nil {
		t.Fatal(err)
	}
	workers := 0
	for _, s := range p.Steps {
		if s.By != plan.World {
			workers++
		}
	}
	if got := strings.Count(text.String(), " # step "); got != workers {
		t.Errorf("%d steps, want %d", got, workers)
	}
	sh := exec.Command("sh", "-n")
	sh.Stdin = strings.NewReader(text.String())
	if out, err := sh.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
