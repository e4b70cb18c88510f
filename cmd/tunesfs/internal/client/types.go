package client

import "time"

// An Entry is one name in a folder of a mount.
type Entry struct {
	Name   string
	Path   string // below the mount point, with slashes
	Folder bool
}

// Unknown stands for an unknown number of bytes, or of bytes a second.
const Unknown = -1

// Facts are the attributes of a track or a folder. A text that the mount does not have
// is empty.
type Facts struct {
	Path   string
	Folder bool
	ID     string // the track's, in its catalog; a folder has none

	Title, Artist, Album string
	Length               time.Duration // 0 if the catalog does not tell

	Size, Held int64  // bytes, or Unknown, as of every folder
	State      string // of a folder: how many tracks are in which state
	Progress   string // such as "15.0% of 2 MB"
	Error      string // why the last attempt failed
	Waiting    string // which programs wait for bytes of a track

	More []Fact // all other attributes by name; AllFacts alone has them
}

// A Fact is an attribute that Facts has no field for, such as year: 1974. Its name is
// without the prefix user.tunesfs. or user.
type Fact struct{ Name, Value string }

// A Download is how one track stands.
type Download struct {
	ID       string `json:"id"`   // the track's, in its catalog
	Path     string `json:"path"` // below the mount point; empty if no folder that was opened shows the track
	State    string `json:"state"`
	Size     int64  `json:"size"` // bytes, or Unknown
	Held     int64  `json:"held"` // bytes
	Progress string `json:"progress"`
	Error    string `json:"error,omitempty"`
	Waiting  string `json:"waiting,omitempty"` // which programs wait for bytes

	// Rate is how many bytes a second came of late; Unknown before two reports of progress.
	// No report comes while no byte does: then the last rate is old.
	Rate int64 `json:"-"`
}

// A Kind is the meaning of an Event.
type Kind int

// The kinds of events.
const (
	// Changed has downloads that have changed, in their order.
	Changed Kind = iota

	// Reset has all downloads that are active. Every other track is idle or complete:
	// a program that shows one asks for its Facts again. It is the first event, comes after
	// changes were lost, and after the mount was away.
	Reset

	// Hung says that the mount does not answer. What is known of it may be old.
	Hung

	// Alive says that the mount answers again.
	Alive

	// Gone says that the mount was unmounted or its process has ended; Err says which.
	// When it is mounted again at the same place, Alive and Reset follow.
	Gone

	// Searched says that a search was made or removed, perhaps by another program.
	Searched

	// Unfollowed says that changes are not told for now; Err says why. A Reset follows when
	// they are again.
	Unfollowed
)

// An Event is news of a mount.
type Event struct {
	Kind      Kind
	Downloads []Download // of Changed and Reset
	Err       error      // of Hung, Gone and Unfollowed
}
