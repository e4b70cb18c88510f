// Package plain owns the words of errors: what a user reads names no system call and no
// function of Go.
//
// It must never know what failed. Everything is in plain.go.
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

// In returns a text that repeats an error without the system calls that Go names in it.
func In(text string, err error) string {
	for _, e := range tree(err) {
		switch e := e.(type) { //nolint:errorlint // the tree is taken apart here
		case *fs.PathError:
			text = about(text, e, e.Path, e.Err.Error())
		case *os.LinkError:
			text = about(text, e, e.New, e.Err.Error())
		case *os.SyscallError:
			text = about(text, e, "", e.Err.Error())
		case *net.OpError:
			peer := ""
			if e.Addr != nil {
				peer = e.Addr.String()
			}
			text = about(text, e, peer, e.Err.Error())
		case *net.DNSError:
			text = about(text, e, e.Name, lookupText(e))
		}
	}
	return text
}

// lookupText returns why a name could not be looked up. Go tells of the connection to the
// name server in words of its own, as in "dial udp 10.0.0.1:53: connect: connection refused".
func lookupText(e *net.DNSError) string {
	switch {
	case e.IsNotFound:
		return "no such host"
	case e.IsTimeout:
		return "the name server does not respond"
	case strings.Contains(e.Err, "dial ") || strings.Contains(e.Err, "read ") || strings.Contains(e.Err, "write "):
		return "the name server cannot be asked: " + e.Err[strings.LastIndex(e.Err, ": ")+len(": "):]
	}
	return e.Err
}

// about returns text with the subject and the cause in place of what e says.
func about(text string, e error, subject, cause string) string {
	said := cause
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
