// Package mutant owns faults on purpose: small changes of the program, each of which
// breaks a promise. What finds faults has to find these.
//
// It must never change the program's own files: a mutant is built with an overlay of one
// file. Everything but the table is in mutant.go; the table is in table.go.
package mutant

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A Mutant is one change of one file.
type Mutant struct {
	Name string
	Why  string // the promise that it breaks
	File string // from the root of the module
	Old  string // occurs once in File
	New  string
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

// Build builds the program with the change into the file out, beside which it leaves
// the overlay.
func (m Mutant) Build(ctx context.Context, root, out string) error {
	text, err := m.Apply(root)
	if err != nil {
		return err
	}
	file, overlay := out+".go", out+".json"
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(root, m.File): file}})
	if err != nil {
		return err
	}
	err = errors.Join(os.WriteFile(file, []byte(text), 0o600), os.WriteFile(overlay, replace, 0o600))
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-overlay", overlay, "-o", out, "./cmd/tunesfs")
	cmd.Dir = root
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("mutant %s: %w\n%s", m.Name, err, said)
	}
	return nil
}

// Find returns the mutant of a name.
func Find(name string) (Mutant, error) {
	for _, m := range All {
		if m.Name == name {
			return m, nil
		}
	}
	return Mutant{}, fmt.Errorf("no mutant %q", name)
}
