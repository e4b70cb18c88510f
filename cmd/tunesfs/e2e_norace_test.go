//go:build linux && !race

package main

// raceEnabled says that memory use is that of the race detector.
const raceEnabled = false
