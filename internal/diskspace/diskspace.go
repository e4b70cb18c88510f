// Package diskspace owns the question how large the file system of a folder is, and
// how much of it is free.
//
// It must never know which files are kept there, nor how much of the space may be
// used. Everything is in diskspace.go.
package diskspace

import "syscall"

// A Space is that of one file system, in bytes.
type Space struct {
	Size int64
	Free int64 // for users other than root
}

// Of returns the space of the file system that dir lies on.
func Of(dir string) (Space, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return Space{}, err
	}
	block := int64(st.Bsize)
	return Space{Size: int64(st.Blocks) * block, Free: int64(st.Bavail) * block}, nil
}
