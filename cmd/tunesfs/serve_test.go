package main

import (
	"runtime/debug"
	"testing"
)

// A long listing lets less garbage pile up, unless the user said how much.
func TestSaveMemory(t *testing.T) {
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	for set, want := range map[string]int{"100": 100, "": 50} {
		t.Setenv("GOGC", set)
		debug.SetGCPercent(100)
		saveMemory()
		if got := debug.SetGCPercent(100); got != want {
			t.Errorf("with GOGC=%q there may be %d %% of garbage, want %d", set, got, want)
		}
	}
}
