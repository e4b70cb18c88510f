// Package catalogtest checks that a [catalog.Source] keeps the contract. Every
// Source runs the same suite.
//
// It owns the checks, and a Switch that makes a service stall or fail. It must
// never know which service it checks.
//
// Open catalogtest.go first: it lists the checks. search.go, locate.go, paging.go
// and concurrent.go check calls; sound.go and stable.go what the calls return.
// broken.go has a service that fails, nolist.go one that sends what is no list, cancel.go calls that must end; switch.go is
// the Switch.
package catalogtest

import (
	"context"
	"net/http"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

// A Service is a Source to be checked, in front of a service that a test has
// set up, and what the suite must know of that.
type Service struct {
	Source catalog.Source

	// Query finds at least one track, or a folder that leads to some. The more
	// hostile the titles and addresses that the service sends for it, the
	// better; and so with more than one page, where there can be.
	Query string

	// Nothing is a query that finds nothing.
	Nothing string

	// Stall makes the service take calls from now on and answer none until
	// the test ends.
	Stall func()

	// Serve makes the service answer every call as a handler does, as a
	// Switch can. nil leaves out what a broken service sends.
	Serve func(http.Handler)
}

// checks are the parts of the contract, each with a way to find it broken.
var checks = []struct {
	name  string
	check func(context.Context, Service) error
}{
	{"tracks are sound", checkTracks},
	{"folders are sound", checkFolders},
	{"names stay within their folder", checkNames},
	{"an identifier stands for one thing", checkIdentity},
	{"equal searches find equal tracks", checkStable},
	{"pages follow each other to an end", checkPages},
	{"nothing found is no error", checkNothing},
	{"odd queries do no harm", checkOddQueries},
	{"every track has a location", checkLocate},
	{"unknown tracks and folders are not found", checkUnknown},
	{"what a broken service sends is an error", checkFaults},
	{"what is no list is an error", checkNoList},
	{"a canceled call ends", checkCancel},
	{"calls may be concurrent", checkConcurrent},
}

// Run checks the Source of a Service, which start makes anew for every part of
// the contract. Run it with the race detector too.
func Run(t *testing.T, start func(t *testing.T) Service) {
	t.Helper()
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			if err := c.check(t.Context(), start(t)); err != nil {
				t.Error(err)
			}
		})
	}
}
