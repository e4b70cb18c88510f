package mounted

import "golang.org/x/sys/unix"

// hasNames reports whether a file system told how long its names may be. All of ours do.
func hasNames(st *unix.Statfs_t) bool { return st.Namelen > 0 }
