package mutant

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../../.."

// Each mutant has a name of its own and says why; it finds the text that it changes, and
// the package with the change compiles. Those of different files compile together.
func TestMutants(t *testing.T) {
	if len(All) < 30 {
		t.Errorf("%d mutants, want 30", len(All))
	}
	names, ofFile := map[string]bool{}, map[string]int{}
	var rounds [][]Mutant
	for _, m := range All {
		if names[m.Name] || m.Name == "" || m.Why == "" || len(m.Rules) == 0 || m.Old == m.New {
			t.Errorf("%q: another has its name, or it lacks something", m.Name)
		}
		names[m.Name] = true
		round := ofFile[m.File]
		if ofFile[m.File]++; round == len(rounds) {
			rounds = append(rounds, nil)
		}
		rounds[round] = append(rounds[round], m)
	}
	for _, mutants := range rounds {
		var folders []string
		for _, m := range mutants {
			folders = append(folders, "./"+filepath.Dir(m.File))
		}
		slices.Sort(folders)
		if err := compile(context.Background(), root, mutants, nil, append([]string{"-o", os.DevNull}, slices.Compact(folders)...)...); err != nil {
			t.Error(err)
		}
	}
}

// A mutant that does not compile says so in the compiler's words.
func TestBroken(t *testing.T) {
	m := Mutant{Name: "broken", File: "fs/errno.go", Old: "{fetch.ErrDenied, syscall.EACCES},", New: "{fetch.ErrDenied, syscall.EDANCE},"}
	if err := compile(context.Background(), root, []Mutant{m}, nil, "./fs"); err == nil || !strings.Contains(err.Error(), "EDANCE") {
		t.Errorf("%v, want the compiler's words", err)
	}
	m.Old = "nowhere"
	if err := compile(context.Background(), root, []Mutant{m}, nil, "./fs"); err == nil || !strings.Contains(err.Error(), m.Name) {
		t.Errorf("%v, want the name of a mutant whose text is not there", err)
	}
}
