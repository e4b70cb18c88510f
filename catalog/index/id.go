package index

import (
	"net/url"
	"strings"
	"unicode"

	"github.com/tunesfs/tunesfs/catalog"
)

// An identifier is a path below the base, each name of it escaped in the one way
// of url.PathEscape; that of a folder ends in a slash, and the base's is "".

// childID returns the identifier of what a folder holds.
func childID(folder, name string, isDir bool) string {
	id := folder + url.PathEscape(name)
	if isDir {
		id += "/"
	}
	return id
}

// isID reports whether childID could have made an identifier of a folder or of
// a file.
func isID(id string, isDir bool) bool {
	path, hasSlash := strings.CutSuffix(id, "/")
	if hasSlash != isDir || depth(id) > catalog.MaxDepth {
		return false
	}
	for part := range strings.SplitSeq(path, "/") {
		name, err := url.PathUnescape(part)
		if err != nil || !isName(name) || url.PathEscape(name) != part {
			return false
		}
	}
	return true
}

// depth returns how many folders an identifier lies in, or is.
func depth(id string) int { return strings.Count(id, "/") }

// isName reports whether a folder can hold something of that name.
func isName(name string) bool {
	return name != "" && name != "." && name != ".." &&
		!strings.Contains(name, "/") && !strings.ContainsFunc(name, unicode.IsControl)
}

// names returns the names that an identifier is made of.
func names(id string) string {
	text, err := url.PathUnescape(id)
	if err != nil {
		return ""
	}
	return text
}
