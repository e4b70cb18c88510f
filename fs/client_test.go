package fs

import (
	"fmt"
	"os"
)

// clientEnv names what this binary does as a client of a mount.
const clientEnv = "TUNESFS_TEST_CLIENT"

// clients are what the system's tools cannot do.
var clients = map[string]func(args []string) error{}

func runClient(name string, args []string) int {
	do, ok := clients[name]
	if !ok {
		fmt.Fprintln(os.Stderr, "no client", name)
		return 2
	}
	if err := do(args); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
