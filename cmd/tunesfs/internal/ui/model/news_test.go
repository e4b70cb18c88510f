package model

import (
	"testing"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
)

// A search that another program has made appears by itself, in the root as well as beside
// another folder.
func TestSearchedByOthers(t *testing.T) {
	b := newBench(t, 80, 24).list("bach/")
	searched := effect.Happened{Events: []client.Event{{Kind: client.Searched}}}
	b.send(searched)
	b.wants(effect.ListRoots{Number: b.catalog.rootsAsked}, effect.ListFolder{Number: b.catalog.number})
	b.list("bach/").press("enter")
	b.send(searched)
	b.wants(effect.ListRoots{Number: b.catalog.rootsAsked})
}
