package main

import (
	"testing"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/fetch"
)

// Clients know the text of no progress by heart.
func TestNothingYet(t *testing.T) {
	if got := (fetch.Status{Size: client.Unknown}).Progress(); got != client.NothingYet {
		t.Errorf("the store says %q", got)
	}
}
