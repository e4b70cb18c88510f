package world

import (
	"path"
	"slices"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// MountPath returns where a mount shows the file with a path in the ledger.
func (w *World) MountPath(p string) string {
	dir, _ := split(p)
	return path.Join(w.service.MountFolder(dir), w.service.MountName(w.Ledger, p))
}

// Place returns a worker's step with the path that a mount has for the one in the plan,
// which is that of a file or a folder of the ledger, of a search, or of a file below a
// search. Looking at the root also means the folders on the way to those of the ledger.
func (w *World) Place(s plan.Step) plan.Step {
	query, name, below := strings.Cut(s.Path, "/")
	_, isFile := w.File(s.Path)
	switch {
	case s.Path == "" && (s.Do == plan.List || s.Verb == "refresh"):
		ways := w.ways()
		s.Path = ways[s.ID%len(ways)]
	case s.Path == "":
	case isFile:
		s.Path = w.MountPath(s.Path)
	case w.IsFolder(s.Path):
		s.Path = w.service.MountFolder(s.Path)
	case below:
		s.Path = path.Join(query, w.found(name))
	}
	return s
}

// found returns where a search shows the file with a name.
func (w *World) found(name string) string {
	for _, p := range w.Paths() {
		if path.Base(p) == name {
			return w.service.FoundPath(w.Ledger, p)
		}
	}
	return name
}

// ways returns the folders of a mount that lead to those with files, each after the one
// that it is in, from the root on.
func (w *World) ways() []string {
	return slices.DeleteFunc(w.MountFolders(), func(f string) bool {
		return f != "" && slices.ContainsFunc(w.dirs(), func(dir string) bool { return w.service.MountFolder(dir) == f })
	})
}

// MountFolders returns the folders of a mount in which there are files or their folders,
// each after the one that it is in, from the root on.
func (w *World) MountFolders() []string {
	all := []string{""}
	for _, dir := range w.dirs() {
		for at := w.service.MountFolder(dir); at != "." && at != ""; at = path.Dir(at) {
			all = append(all, at)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Shown returns the names that a mount shows in one of its folders, sorted: the files that
// are listed now, and the folders on the way to files.
func (w *World) Shown(folder string) []string {
	var all []string
	for _, p := range w.Paths() {
		if _, now := w.Listed(p, w.now(), w.now()); now && in(folder, w.MountPath(p)) {
			all = append(all, path.Base(w.MountPath(p)))
		}
	}
	for _, f := range w.MountFolders() {
		if f != "" && in(folder, f) {
			all = append(all, path.Base(f))
		}
	}
	slices.Sort(all)
	return all
}

// in reports whether a path leads directly into a folder.
func in(folder, p string) bool {
	dir, _ := split(p)
	return dir == folder
}

// Names returns the names that a mount may give to a file.
func (w *World) Names(p string) []string {
	return []string{w.service.MountName(w.Ledger, p), path.Base(w.service.FoundPath(w.Ledger, p))}
}

// Asked returns the folder of the ledger whose listing a folder of a mount needs, "" for
// the root and for a list of all, or false for what is on the way to no file.
func (w *World) Asked(folder string) (dir string, ok bool) {
	if folder == "" {
		return "", true
	}
	for _, dir := range w.dirs() {
		switch at := w.service.MountFolder(dir); {
		case at == folder:
			return dir, true
		case strings.HasPrefix(at, folder+"/"):
			return w.service.UpperFolder(folder, dir), true
		}
	}
	return "", false
}

// Secret is the password that the mount command needs; "" for none.
func (w *World) Secret() string { return w.service.Secret() }

// Told returns what listings tell of a version: its size, -1 where they do not, and the
// time that a mount shows of it, zero where they do not.
func (w *World) Told(v Version) (size int64, modified time.Time) { return w.service.Told(v) }

// TellsDigest reports whether listings tell a digest of each version: a file is complete
// only if its bytes have it.
func (w *World) TellsDigest() bool { return w.service.TellsDigest() }
