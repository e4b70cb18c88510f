package world

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// split returns the folder of a path, "" for the root, and the name in it.
func split(p string) (dir, name string) {
	dir, name = path.Split(p)
	return strings.TrimSuffix(dir, "/"), name
}

// dirs returns the folders in which there ever was a file, sorted.
func (l *Ledger) dirs() []string {
	var all []string
	for _, p := range l.Paths() {
		dir, _ := split(p)
		all = append(all, dir)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// title is what services call a folder.
func title(dir string) string {
	if dir == "" {
		return "Root"
	}
	return dir
}

// folderName is how a mount shows the title of a folder.
func folderName(dir string) string { return strings.ReplaceAll(title(dir), "/", "∕") } // U+2215

func stem(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }

// numbered is how a mount shows a file that services give a number and a title: the
// number is that of the file in the ledger.
func numbered(l *Ledger, p string) string {
	_, name := split(p)
	return fmt.Sprintf("%02d - %s", l.Newest(p).File, name)
}
