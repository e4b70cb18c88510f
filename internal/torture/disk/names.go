package disk

import "maps"

// A place is a name in a folder, which may have a file or none.
type place struct {
	folder uint64 // inode number
	name   string
}

// A rebind is one operation that changes which files have names: all of its places
// together, or none.
type rebind struct {
	places []place
	inodes []uint64 // that the places have after it; 0 is none
}

// maxRebinds is how many operations the disk may not hold. The oldest reach it, as
// they do when a kernel writes back.
const maxRebinds = 512

// names are the names that the disk does not hold as programs see them.
type names struct {
	held map[place]uint64 // the inodes that the disk holds at the places of log; 0 is none
	log  []rebind         // in the order in which they were made
}

// add notes an operation. before are the inodes that its places had.
func (n *names) add(r rebind, before []uint64) {
	if n.held == nil {
		n.held = make(map[place]uint64)
	}
	for i, p := range r.places {
		if _, known := n.held[p]; !known {
			n.held[p] = before[i]
		}
	}
	n.log = append(n.log, r)
	if len(n.log) > maxRebinds {
		n.settle(func(i int) bool { return i == 0 })
	}
}

// synced notes that the disk now holds the names of a folder. That takes all
// operations on it, and those on which these rest.
func (n *names) synced(folder uint64) {
	reach := make(map[int]bool)
	wanted := make(map[place]bool)
	for i := len(n.log) - 1; i >= 0; i-- {
		for _, p := range n.log[i].places {
			reach[i] = reach[i] || p.folder == folder || wanted[p]
		}
		for _, p := range n.log[i].places {
			wanted[p] = wanted[p] || reach[i]
		}
	}
	n.settle(func(i int) bool { return reach[i] })
}

// settle moves the operations that reach the disk from the log to it.
func (n *names) settle(reaches func(i int) bool) {
	var rest []rebind
	open := make(map[place]bool)
	for i, r := range n.log {
		if !reaches(i) {
			rest = append(rest, r)
		}
		for k, p := range r.places {
			if reaches(i) {
				n.held[p] = r.inodes[k]
			} else {
				open[p] = true
			}
		}
	}
	n.log = rest
	for p := range n.held {
		if !open[p] {
			delete(n.held, p)
		}
	}
}

// forget drops the places in a folder that no power cut brings back: another file may
// get its number.
func (n *names) forget(folder uint64) {
	var rest []rebind
	for _, r := range n.log {
		var kept rebind
		for k, p := range r.places {
			if p.folder != folder {
				kept.places, kept.inodes = append(kept.places, p), append(kept.inodes, r.inodes[k])
			}
		}
		if len(kept.places) > 0 {
			rest = append(rest, kept)
		}
	}
	n.log = rest
	maps.DeleteFunc(n.held, func(p place, _ uint64) bool { return p.folder == folder })
}

// inodes returns the files that may have a name after a power cut.
func (n *names) inodes() map[uint64]bool {
	all := make(map[uint64]bool)
	for _, ino := range n.held {
		all[ino] = true
	}
	for _, r := range n.log {
		for _, ino := range r.inodes {
			all[ino] = true
		}
	}
	return all
}

// afterCut returns which inode each changed place has after a power cut. An
// operation survives only where all earlier ones on its places do.
func (n *names) afterCut(l luck) map[place]uint64 {
	after := make(map[place]uint64, len(n.held))
	for p, ino := range n.held {
		after[p] = ino
	}
	ended := make(map[place]bool)
	for _, r := range n.log {
		survives := l.keep()
		for _, p := range r.places {
			survives = survives && !ended[p]
		}
		for k, p := range r.places {
			if survives {
				after[p] = r.inodes[k]
			}
			ended[p] = !survives
		}
	}
	return after
}
