package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/tunesfs/tunesfs/internal/torture/oracle"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
	"github.com/tunesfs/tunesfs/internal/torture/world"
)

// formatCells returns a line for each cell, sorted.
func formatCells(cells map[oracle.Cell]int) []byte {
	lines := make([]string, 0, len(cells))
	for c, n := range cells {
		lines = append(lines, fmt.Sprintf("%d\t%s\t%s\t%s\n", n, c.State, c.Operation, c.Fault))
	}
	slices.Sort(lines)
	return []byte(strings.Join(lines, ""))
}

// addCells adds the cells that formatCells wrote to a file.
func addCells(all map[oracle.Cell]int, name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(text)) {
		var n int
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) != 4 {
			return fmt.Errorf("%s: %q is no cell", name, line)
		}
		if _, err := fmt.Sscan(fields[0], &n); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		all[oracle.Cell{State: fields[1], Operation: fields[2], Fault: fields[3]}] += n
	}
	return nil
}

// summarize returns, for each operation, how many faults it met in each state, and which
// it never met in any.
func summarize(cells map[oracle.Cell]int) string {
	faults := slices.Concat(slices.Sorted(maps.Keys(world.Kinds)), plan.DiskFaults, plan.CacheFaults, []string{oracle.NoFault})
	met := map[string]map[string]bool{} // faults of an operation
	hit := map[string]map[string]int{}  // faults that an operation met, by state
	for c := range cells {
		if met[c.Operation] == nil {
			met[c.Operation], hit[c.Operation] = map[string]bool{}, map[string]int{}
		}
		met[c.Operation][c.Fault] = true
		hit[c.Operation][c.State]++
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "Of %d faults met, by operation and state of the file:\n%-18s", len(faults), "")
	for _, s := range oracle.States {
		fmt.Fprintf(&out, " %11s", s)
	}
	fmt.Fprintln(&out, "  never met")
	total, all := 0, 0
	for _, op := range slices.Sorted(maps.Keys(met)) {
		never := slices.DeleteFunc(slices.Clone(faults), func(f string) bool { return met[op][f] })
		fmt.Fprintf(&out, "%-18s", op)
		columns := oracle.States
		if hit[op][oracle.Folder] > 0 && len(hit[op]) == 1 { // of no file, ever
			columns = []string{oracle.Folder}
		}
		for _, s := range columns {
			fmt.Fprintf(&out, " %11d", hit[op][s])
			total += hit[op][s]
			all += len(faults)
		}
		fmt.Fprintf(&out, "%*s  %s\n", 12*(len(oracle.States)-len(columns)), "", strings.Join(never, " "))
	}
	fmt.Fprintf(&out, "%d of %d cells were hit\n", total, all)
	return out.String()
}
