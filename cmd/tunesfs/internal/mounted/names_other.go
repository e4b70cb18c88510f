//go:build darwin || freebsd

package mounted

import "golang.org/x/sys/unix"

// hasNames reports whether a file system has any size. All of ours do.
func hasNames(st *unix.Statfs_t) bool { return st.Blocks > 0 }
