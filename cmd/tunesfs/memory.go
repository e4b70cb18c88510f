package main

import (
	"os"
	"runtime/debug"
)

// longGC is how much garbage, in percent of the memory in use, the process may
// hold beside a long listing, which may be most of its memory.
const longGC = 50

// saveMemory gives the garbage of a long listing back to the system, and lets
// less of it pile up from then on, unless the user set GOGC.
func saveMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(longGC)
	}
	debug.FreeOSMemory()
}
