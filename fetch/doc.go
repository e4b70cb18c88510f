// Package fetch keeps remote files on disk as they are read: ranges of them,
// in any order, resumable, and never two versions mixed.
package fetch
