// Package fs shows a catalog as a file system, by FUSE: searches and the
// catalog's own folders are folders, tracks are files that download as they
// are read, and a download is watched and controlled by extended attributes or
// by small files beside its track. What every operation does stands in
// semantics.md, which a test executes.
//
// It is a skin: package catalog knows the tracks, package fetch the bytes and
// the states of downloads. Package fs must never know which service a catalog
// comes from, or what the command line says: both come in a [Config].
//
// Open fs.go first: an [FS] is its parts, and a [Config] (config.go) all that it is
// given. mountpoint.go checks the folder to mount on, and mount.go begins and ends a
// mount. system_linux.go and system_other.go have the calls that differ by system.
// tree.go has the folders.
//
// node.go is common to all nodes: a read-only file system, and the check of who may
// do what. A kind of node is a file (root, sidecar, text, events, pending, and meta
// for the folder .tunesfs) or several: track, track_next and track_xattr; folder, folder_place,
// folder_entries, folder_xattr and folder_control. directory.go is an open folder, as the
// kernel reads it. playlist.go has the texts about a folder's tracks and makes its
// playlist, sums.go its lists of digests, and downloads.go the list of active downloads.
//
// The tables stand beside them: errno.go has the error number of each error, and
// xattr.go reads a node's table of extended attributes, whose names are in
// internal/xattrs. attr.go has the other attributes, and numbers the inodes. The
// machinery is in invalidations, forget, sweep, views, sizes, saved, summary and readlog.
// Below fs/internal are the parts that know no node: what a folder lists (listing), the
// order of commands (control), the stream of events (events), the end of the mount (lifetime), the names
// that the kernel keeps (dentries), who reads now (waiting), three kinds of set (members,
// recent, idle), what other users may have open (shares), and what is fetched for a player
// of the next track (upnext).
//
// A read travels from trackHandle (track.go) to a reader of package fetch. Where the
// kernel can, it reads a complete file itself: track.go hands it the file.
// A pause travels from an attribute (track_xattr.go, folder_xattr.go) or a touched
// sidecar (sidecar.go) through control to a download of package fetch.
//
// A new attribute is a name in internal/xattrs, a row of a table in track_xattr.go or
// folder_xattr.go, and a row of semantics.md.
//
// # Rules of the kernel that shape it
//
// One kernel inode has one version of a file and one way of being open, for
// life. A change of what a path should open (the file was completed, lost its
// bytes, or is another version) gives the track a new node: same inode number,
// another generation. A program that opens the old node gets ESTALE, upon which the
// kernel looks up the name by itself. Where stat would show another size or time, the
// kernel is also told to look the name up again. Handles that are open stay as they are.
//
// A lookup, a mkdir, an unlink and reading a folder hold that folder's lock in
// the kernel, so none of them waits for the network: a lookup in a folder that
// was never listed, or not to its end, gives a node that waits in its place
// (pendingNode). Only in the root, where a search can be made of any name, it waits
// itself, for a moment. Opening a folder may wait.
//
// The kernel is notified from one goroutine that nothing else depends on, and never so
// that it waits for a lock which a program holds until it has our response: a process
// that waits in the kernel cannot be killed, and its mount does not end. To forget
// nodes that nobody uses, Linux 6.18 and later need no such lock: see forget.go.
package fs
