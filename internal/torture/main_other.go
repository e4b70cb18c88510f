//go:build !linux

package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "torture: skipped: it needs Linux")
	if os.Getenv("CI") != "" {
		os.Exit(1)
	}
}
