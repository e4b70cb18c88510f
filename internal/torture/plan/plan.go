// Package plan owns what a torture run is going to do: steps, drawn from a seed
// before the run, kept as lines of JSON.
//
// It must never know how a step is carried out or judged. Open plan.go first;
// file.go reads and writes plans, draw.go and the files beside it make them.
package plan

import "time"

// A Plan is a run before it starts.
type Plan struct {
	Setup Setup
	Steps []Step // by ID, which is the order in which each actor takes its own
}

// Setup is what exists before the first step. It is the first line of a file.
type Setup struct {
	Seed    uint64 `json:"seed"`
	Workers int    `json:"workers"`
	Rounds  int    `json:"rounds"` // each ends at a checkpoint that all actors reach
	// Service is the kind of source that is mounted: index, archive or subsonic.
	Service string   `json:"service"`
	Flags   []string `json:"flags,omitempty"` // of the mount command
	Disk    bool     `json:"disk,omitempty"`  // the cache is on the failing disk
	User    bool     `json:"user,omitempty"`  // an ordinary user mounts: no passthrough
	Files   []File   `json:"files"`
	// Unchecked rounds end at once, without a checkpoint.
	Unchecked bool `json:"unchecked,omitempty"`
	// Second is the kind of a second mount of the same origin; "" is none.
	Second Second `json:"second,omitempty"`
}

// A Second is a way in which two mounts of one origin run side by side.
type Second string

// The kinds of second mount.
const (
	Apart  Second = "apart"  // of the same source, with a cache folder of its own
	Beside Second = "beside" // of a source with another address, in the same cache folder
)

// Mounts returns how many mounts there are.
func (s Setup) Mounts() int {
	if s.Second == "" {
		return 1
	}
	return 2
}

// A File is a file of the origin.
type File struct {
	Path string `json:"path"` // below the base, as folders show it
	Size int64  `json:"size"` // of the first version, in bytes
	// Validators is how versions are told apart: strong, weak, date or none.
	Validators string `json:"validators"`
	NoRanges   bool   `json:"noRanges,omitempty"` // every response has the whole file
	NoLength   bool   `json:"noLength,omitempty"` // the size shows only at the end
	Rate       int64  `json:"rate,omitempty"`     // bytes a second of each response; 0 is any
}

// World is the actor that changes the origin, the link, the disk and the mount.
const World = -1

// A Step is one thing to do. Fields that its Do has no use for are zero.
type Step struct {
	ID    int `json:"id"`
	By    int `json:"by"`              // worker, from 0, or World
	Round int `json:"round,omitempty"` // from 0
	// After is how many steps of workers have ended before a step of the World
	// starts. It starts earlier when no worker's step ends for half a second.
	After int `json:"after,omitempty"`

	Do   Do     `json:"do"`
	Path string `json:"path,omitempty"` // below the mount; "" is its root
	Slot int    `json:"slot,omitempty"` // of the worker's open handles, from 0
	How  string `json:"how,omitempty"`  // the way, of the ways that Do lists
	Verb string `json:"verb,omitempty"` // start, pause, resume, cancel, evict or refresh
	Name string `json:"name,omitempty"` // of an attribute

	Offset int64 `json:"offset,omitempty"` // bytes
	Length int64 `json:"length,omitempty"` // bytes
	// Signal is when the worker sends itself a signal that ends the step with
	// EINTR, and again every 100 ms; 0 is never. A Heal waits for that long, not for half
	// a second.
	Signal time.Duration `json:"signal,omitempty"`

	Size  int64  `json:"size,omitempty"`  // of a new version, in bytes
	Fault string `json:"fault,omitempty"` // of the kinds that package world lists, or of DiskFaults
	Count int    `json:"count,omitempty"` // how many requests or operations a fault strikes; 0 is all
	Ends  int    `json:"ends,omitempty"`  // ID of the step whose fault ends here

	// Wall is how far the wall clock of the program is ahead of the machine's.
	Wall time.Duration `json:"wall,omitempty"`
	// Mount is which mount a step of the World is of, from 0.
	Mount int `json:"mount,omitempty"`
	Skip  int `json:"skip,omitempty"` // how many operations succeed before a fault of the disk strikes
}

// A Do is a kind of step.
type Do string

// What workers do.
const (
	Open    Do = "open"    // opens Path in Slot; How: "" or direct
	Read    Do = "read"    // of Slot, Length bytes at Offset; How: pread, mmap, sendfile, splice, copy
	Fstat   Do = "fstat"   // of Slot
	Close   Do = "close"   // Slot
	Copy    Do = "copy"    // reads all of Path by a new handle; How: cp, mpv, tags, backward, direct, mmap, sendfile, copyrange
	Stat    Do = "stat"    // Path
	List    Do = "list"    // the names in Path; How: "" or seekdir or long (with stat of all)
	Get     Do = "get"     // attribute Name of Path
	Attrs   Do = "attrs"   // the names and values of all attributes of Path
	Control Do = "control" // Verb to Path; How: xattr, sidecar or command
	Settle  Do = "settle"  // waits until the folder Path has carried out its verbs
	Mkdir   Do = "mkdir"
	Rmdir   Do = "rmdir"
	Remove  Do = "remove"
	Rename  Do = "rename" // a file, which is never allowed
	Move    Do = "move"   // renames the search Path to Name
	Button  Do = "button" // reads the sidecar Path
	Downs   Do = "downs"  // reads .tunesfs/downloads
	Events  Do = "events" // reads events for Signal; How: "" or slow
	// Follow begins to read events in the background, and Followed returns what has
	// come since. How: "", or never, which opens them and never reads.
	Follow   Do = "follow"
	Followed Do = "followed"
	// Await begins to read as Read does, in the background, and Awaited returns that
	// read's answer.
	Await   Do = "await"
	Awaited Do = "awaited"
	Rest    Do = "rest" // does nothing for Signal
)

// What the World does.
const (
	Publish Do = "publish" // a new version of Path, of Size bytes
	Unlist  Do = "unlist"  // Path is gone from the origin and from its listing
	Hide    Do = "hide"    // Path is gone from its listing alone
	Relist  Do = "relist"  // Path is listed and served again
	Strike  Do = "strike"  // Fault strikes requests whose path has the prefix Path, or the disk
	Heal    Do = "heal"    // the fault of step Ends ends
	Kill    Do = "kill"    // kill -9 of the mount, right after Verb to Path if it has one; then it is mounted again
	Unmount Do = "unmount" // How: command, lazy or force; then it is mounted again
	Pull    Do = "pull"    // a power cut: kill -9, and what was not synced is gone; How: "" (by luck) or all
	Stop    Do = "stop"    // SIGSTOP for Signal, then SIGCONT
	Crash   Do = "crash"   // SIGKILL of the worker with the number Slot; a new one takes its place
	Clock   Do = "clock"   // the wall clock of the program steps to Wall
	Outwait Do = "outwait" // Fault strikes Path until a read of it has ended by itself
	Rival   Do = "rival"   // one more mount with the cache folder of another, which is refused
	// Empty, Swap and Unlock are what another program does to the cache in use.
	Empty  Do = "empty"  // removes files; How: all, data, records, or folder, which goes too
	Swap   Do = "swap"   // renames the folder, and puts in its place; How: empty, older, or back (the same, after Signal)
	Unlock Do = "unlock" // removes the lock file
)
