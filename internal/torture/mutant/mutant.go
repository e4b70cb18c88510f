// Package mutant owns faults on purpose: small changes of the program, each of which
// breaks a promise. What finds faults has to find these.
//
// It must never change the program's own files: a mutant is built with an overlay of one
// file. Open mutant.go first; table.go and verbs.go have the faults.
package mutant

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A Mutant is one change of one file.
type Mutant struct {
	Name string
	Why  string // what users meet, and where
	File string // from the root of the module
	Old  string // occurs once in File
	New  string
	// Rules are those of the torture by which it may be found: others do not count.
	Rules []string
	Disk  bool // only a disk that fails or loses power shows it
}

// ErrNotThere is the error of a mutant whose file does not have the old text once.
var ErrNotThere = errors.New("the old text is not there once")

// Apply returns the file with the change. root is the folder of the module.
func (m Mutant) Apply(root string) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, m.File))
	if err != nil {
		return "", err
	}
	if strings.Count(string(text), m.Old) != 1 {
		return "", fmt.Errorf("mutant %s: %s: %w", m.Name, m.File, ErrNotThere)
	}
	return strings.Replace(string(text), m.Old, m.New, 1), nil
}

// Build builds the program with the change into the file out. also has other files that
// go build takes, by the name that each replaces.
func (m Mutant) Build(ctx context.Context, root, out string, also map[string]string) error {
	return compile(ctx, root, []Mutant{m}, also, "-o", out, "./cmd/tunesfs")
}

// compile has go build see the changes of mutants, at most one of each file.
func compile(ctx context.Context, root string, mutants []Mutant, also map[string]string, args ...string) error {
	dir, err := os.MkdirTemp("", "mutant-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	overlay, err := writeOverlay(root, dir, mutants, also)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", append([]string{"build", "-overlay", overlay}, args...)...)
	cmd.Dir = root
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("mutant: %w\n%s", err, said)
	}
	return nil
}

// writeOverlay writes the changed files into dir, and the file by which go build takes
// them in place of the module's.
func writeOverlay(root, dir string, mutants []Mutant, also map[string]string) (string, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	replace := maps.Clone(also)
	if replace == nil {
		replace = map[string]string{}
	}
	for _, m := range mutants {
		text, err := m.Apply(root)
		if err != nil {
			return "", err
		}
		changed := filepath.Join(dir, m.Name+".go")
		replace[filepath.Join(root, m.File)] = changed
		if err := os.WriteFile(changed, []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	b, err := json.Marshal(map[string]map[string]string{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, b, 0o600)
}
