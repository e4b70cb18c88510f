package main

import "os"

// allMounts returns every tunesfs mount that this process can see.
func allMounts() ([]mounted, error) {
	text, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	return parseMountinfo(string(text)), nil
}
