package fs

import (
	"strings"
	"syscall"

	gofs "github.com/hanwen/go-fuse/v2/fs"

	"github.com/tunesfs/tunesfs/internal/xattrs"
)

// An xattr is one row of a node's table of extended attributes.
type xattr[T any] struct {
	name   string
	value  func(of T) string // "" where it has none
	always bool              // it has one, whatever of is: listing needs not ask
	hidden bool              // not listed, so that cp -a does not copy it
}

// An xattrTable is all the extended attributes of a kind of node.
type xattrTable[T any] []xattr[T]

func (t xattrTable[T]) find(name string) (xattr[T], bool) {
	for _, x := range t {
		if x.name == name {
			return x, true
		}
	}
	return xattr[T]{}, false
}

// get writes the value of an attribute to dest, as getxattr(2).
func (t xattrTable[T]) get(of T, name string, dest []byte) (uint32, syscall.Errno) {
	x, known := t.find(name)
	if !known {
		return 0, unknownXattr(name, gofs.ENOATTR)
	}
	value := x.value(of)
	if value == "" {
		return 0, gofs.ENOATTR
	}
	return copyValue(value, dest)
}

// list writes the names that have a value to dest, as listxattr(2).
func (t xattrTable[T]) list(of T, dest []byte) (uint32, syscall.Errno) {
	var names strings.Builder
	for _, x := range t {
		if !x.hidden && (x.always || x.value(of) != "") {
			names.WriteString(x.name + "\x00")
		}
	}
	return copyValue(names.String(), dest)
}

// refuse returns why an attribute other than the control cannot be written.
func (t xattrTable[T]) refuse(name string) syscall.Errno {
	if _, known := t.find(name); known {
		return syscall.EPERM
	}
	return unknownXattr(name, syscall.EINVAL)
}

// refuseRemoval returns why an attribute cannot be removed.
func (t xattrTable[T]) refuseRemoval(name string) syscall.Errno {
	if _, known := t.find(name); known {
		return syscall.EPERM
	}
	return unknownXattr(name, gofs.ENOATTR)
}

// unknownXattr returns ours for a name that could be one of ours: other names
// are not supported at all.
func unknownXattr(name string, ours syscall.Errno) syscall.Errno {
	if strings.HasPrefix(name, xattrs.Prefix) {
		return ours
	}
	return syscall.EOPNOTSUPP
}

// copyValue writes a value to dest, or says how long it is.
func copyValue(value string, dest []byte) (uint32, syscall.Errno) {
	if len(value) > len(dest) {
		return uint32(len(value)), syscall.ERANGE
	}
	return uint32(copy(dest, value)), 0
}
