//go:build !linux

package main

import "github.com/rogpeppe/go-internal/testscript"

// awaitMount cannot be told apart from a guess on other systems.
func awaitMount(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Fatalf("await-mount is for Linux only")
}
