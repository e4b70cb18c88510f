// Package plain owns the words of the system's errors that users read: without the names of
// system calls and networks that Go puts before them.
//
// It must never decide what an error means, nor add advice. Open plain.go, the only file.
package plain

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"strings"
)

// Text returns the text of an error without the system calls that Go names in it: "lstat
// /a: no such file or directory" is "/a: no such file or directory".
func Text(err error) string { return In(err.Error(), err) }

// In is Text for a text that has the texts of an error in it.
func In(text string, err error) string {
	for _, e := range tree(err) {
		switch e := e.(type) { //nolint:errorlint // the tree is taken apart here
		case *fs.PathError:
			text = about(text, e, e.Path, e.Err)
		case *os.LinkError:
			text = about(text, e, e.New, e.Err)
		case *os.SyscallError:
			text = about(text, e, "", e.Err)
		case *net.OpError:
			peer := ""
			if e.Addr != nil {
				peer = e.Addr.String()
			}
			text = about(text, e, peer, e.Err)
		}
	}
	return text
}

// about returns text with the subject and the cause in place of what e says.
func about(text string, e error, subject string, cause error) string {
	said := cause.Error()
	if subject != "" {
		said = subject + ": " + said
	}
	text = strings.ReplaceAll(text, e.Error(), said)
	if subject == "" {
		return text
	}
	return strings.ReplaceAll(text, subject+": "+said, said)
}

// tree returns an error and all that it wraps, the outer ones first.
func tree(err error) (all []error) {
	if err == nil {
		return nil
	}
	all = append(all, err)
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range many.Unwrap() {
			all = append(all, tree(e)...)
		}
		return all
	}
	return append(all, tree(errors.Unwrap(err))...)
}
