package ui

import (
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
)

// An effect is a request of the model. The shell carries it out and sends a message.
type effect interface{ isEffect() }

// The effects, each with the message that answers it.
type (
	// listFolder ends any other listing; some listed, then listingEnded.
	listFolder struct {
		number int
		folder string
	}

	// stopListing ends the listing; none.
	stopListing struct{}

	// listRoots lists the folders of the root; rootsListed.
	listRoots struct{ number int }

	// makeSearch makes a search; searchMade.
	makeSearch struct {
		number int
		query  string
	}

	// removeSearch removes a search; searchRemoved.
	removeSearch struct{ folder string }

	// readFacts reads the facts of paths; factsRead.
	readFacts struct {
		paths   []string
		all     string // the one whose details show; empty for none
		changes int    // of the downloads, as they are now
	}

	// control gives paths a command; controlDone.
	control struct {
		paths []string
		verb  string
	}

	// play plays files, and resumes the first one before; some playing, then playerEnded.
	play struct {
		number int
		files  []string
		resume bool
	}

	// stopPlayer ends the player.
	stopPlayer struct{}

	// wake sends a woken after a while.
	wake struct{ after time.Duration }

	// quit ends the app.
	quit struct{}
)

func (listFolder) isEffect()   {}
func (stopListing) isEffect()  {}
func (listRoots) isEffect()    {}
func (makeSearch) isEffect()   {}
func (removeSearch) isEffect() {}
func (readFacts) isEffect()    {}
func (control) isEffect()      {}
func (play) isEffect()         {}
func (stopPlayer) isEffect()   {}
func (wake) isEffect()         {}
func (quit) isEffect()         {}

// The messages of the shell.
type (
	listed struct {
		number int
		batch  []client.Entry
	}
	listingEnded struct {
		number int
		err    error
	}
	rootsListed struct {
		number int
		roots  []client.Entry
		err    error
	}
	searchMade struct {
		number int
		folder string
		made   bool // it was not there before
		err    error
	}
	searchRemoved struct {
		folder string
		err    error
	}
	factsRead struct {
		facts   []client.Facts
		failed  map[string]error
		all     string
		changes int
	}
	controlDone struct {
		paths  []string
		verb   string
		failed map[string]error
	}
	playing struct {
		number int
		path   string
		player string
		opened bool // in a program that the app does not see
	}
	playerEnded struct {
		number int
		err    error
	}
	woken struct{}

	// happened has several events of the mount.
	happened struct{ events []client.Event }

	// followingEnded says that no more news will come.
	followingEnded struct{ err error }
)
