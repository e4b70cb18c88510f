// Package fs shows a catalogue as a file system, by FUSE: searches and the
// catalogue's own folders are folders, tracks are files that download as they
// are read, and a download is watched and controlled by extended attributes or
// by small files beside its track. What every operation does stands in
// semantics.md, which a test executes.
//
// It is a skin: what a track is comes from package catalog, bytes and states
// from package fetch. One file of this package is one kind of node (root,
// search, folder, track, button, text, meta, events, unsure); the tables (errno,
// xattr, attr, permission) and the machinery (mount, notify, follower, control,
// orders, place, sizes, saved) stand beside them.
//
// # Rules of the kernel that shape it
//
// One kernel inode has one version of a file and one way of being open, for
// life. A change of what a path should open (the file was completed, lost its
// bytes, or is another version) gives the track a new node: same inode number,
// another generation. The kernel is told to look the name up again; whoever
// opens the old node before that gets ESTALE, upon which the kernel looks up
// the name by itself. Handles that are open stay as they are.
//
// A lookup, a mkdir, an unlink and reading a folder hold that folder's lock in
// the kernel, so none of them waits for the network: a lookup in a folder that
// was never listed gives a node that waits in its place (unsure). Only in the
// root, where a search can be made of any name, it waits itself, for a moment.
// Opening a folder may wait.
//
// The kernel is notified from one goroutine that nothing else depends on.
package fs
