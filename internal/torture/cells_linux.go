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

// states are those that a file can be in.
var states = []string{oracle.Unseen, "idle", "queued", "downloading", "paused", "failed", "complete"}

// summarize returns, for each operation, how many cells were hit, and which faults it
// never met in any state.
func summarize(cells map[oracle.Cell]int) string {
	faults := slices.Concat(slices.Sorted(maps.Keys(world.Kinds)), plan.DiskFaults, plan.CacheFaults, []string{oracle.NoFault})
	met := map[string]map[string]int{}
	hit := map[string]int{}
	for c, n := range cells {
		if met[c.Operation] == nil {
			met[c.Operation] = map[string]int{}
		}
		met[c.Operation][c.Fault] += n
		hit[c.Operation]++
	}
	var out bytes.Buffer
	total := 0
	for _, op := range slices.Sorted(maps.Keys(met)) {
		var never []string
		for _, f := range faults {
			if met[op][f] == 0 {
				never = append(never, f)
			}
		}
		total += hit[op]
		fmt.Fprintf(&out, "%-20s %4d of %d cells; never: %s\n", op, hit[op], len(states)*len(faults), strings.Join(never, " "))
	}
	fmt.Fprintf(&out, "%d of %d cells were hit\n", total, len(met)*len(states)*len(faults))
	return out.String()
}
