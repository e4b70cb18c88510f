package fetch

import "github.com/tunesfs/tunesfs/fetch/internal/diskcache"

// LockName is the file in a store's folder that the process which has the store
// open holds a lock on. It must not be removed.
const LockName = diskcache.LockName

// Exclusively calls do while no process has the store in dir open, nor can open
// it. It fails with ErrLocked if one has, else with the error of do.
func Exclusively(dir string, do func() error) error { return diskcache.Exclusively(dir, do) }
