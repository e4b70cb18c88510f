// Package effect owns the requests of the app's model and the messages that answer them.
//
// It is plain data: it must never know who asks, nor how an effect is carried out.
//
// Open effects.go, the only file.
package effect

import (
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
)

// An Effect is a request of the model. The shell carries it out and sends a message.
type Effect interface{ isEffect() }

// The effects, each with the message that answers it.
type (
	// ListFolder ends any other listing; some Listed, then ListingEnded.
	ListFolder struct {
		Number int
		Folder string
	}

	// StopListing ends the listing; none.
	StopListing struct{}

	// ListRoots lists the folders of the root; RootsListed.
	ListRoots struct{ Number int }

	// MakeSearch makes a search; SearchMade.
	MakeSearch struct {
		Number int
		Query  string
	}

	// RemoveSearch removes a search; SearchRemoved.
	RemoveSearch struct{ Folder string }

	// ReadFacts reads the facts of paths; FactsRead.
	ReadFacts struct {
		Paths   []string
		All     string // the one whose details show; empty for none
		Changes int    // of the downloads, as they are now
	}

	// Control gives paths a command; ControlDone.
	Control struct {
		Paths []string
		Verb  string
	}

	// Play plays files, and resumes the first one before; some Playing, then PlayerEnded.
	Play struct {
		Number int
		Files  []string
		Resume bool
	}

	// StopPlayer ends the player.
	StopPlayer struct{}

	// Wake sends a Woken after a while.
	Wake struct{ After time.Duration }

	// Quit ends the app.
	Quit struct{}
)

func (ListFolder) isEffect()   {}
func (StopListing) isEffect()  {}
func (ListRoots) isEffect()    {}
func (MakeSearch) isEffect()   {}
func (RemoveSearch) isEffect() {}
func (ReadFacts) isEffect()    {}
func (Control) isEffect()      {}
func (Play) isEffect()         {}
func (StopPlayer) isEffect()   {}
func (Wake) isEffect()         {}
func (Quit) isEffect()         {}

// The messages of the shell.
type (
	// Listed has entries of a folder.
	Listed struct {
		Number int
		Batch  []client.Entry
	}

	// ListingEnded says that a folder has no more entries, or why they cannot be listed.
	ListingEnded struct {
		Number int
		Err    error
	}

	// RootsListed has the folders of the root.
	RootsListed struct {
		Number int
		Roots  []client.Entry
		Err    error
	}

	// SearchMade has the folder of a search.
	SearchMade struct {
		Number int
		Folder string
		Made   bool // it was not there before
		Err    error
	}

	// SearchRemoved says that a search was removed, or why not.
	SearchRemoved struct {
		Folder string
		Err    error
	}

	// FactsRead has facts by path, or why there are none.
	FactsRead struct {
		Facts   []client.Facts
		Failed  map[string]error
		All     string
		Changes int
	}

	// ControlDone says that a command was carried out. Paths that refused it are in Failed.
	// Of a command for very many paths it comes several times.
	ControlDone struct {
		Paths  []string
		Verb   string
		Failed map[string]error
		Total  int // how many paths the command is for
		Left   int // how many of them follow
	}

	// Playing says which file plays.
	Playing struct {
		Number int
		Path   string
		Player string
		Opened bool // in a program that the app does not see

		Reports bool // the player says which file plays; else Path is the first one
	}

	// PlayerEnded says that the player has ended.
	PlayerEnded struct {
		Number int
		Err    error
	}

	// Woken is a tick.
	Woken struct{}

	// Happened has several events of the mount.
	Happened struct{ Events []client.Event }

	// FollowingEnded says that no more news will come.
	FollowingEnded struct{ Err error }
)
