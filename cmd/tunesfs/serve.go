package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/cached"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/cachedir"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/config"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/daemon"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/layout"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/netguard"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/runfile"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs"
	"github.com/tunesfs/tunesfs/internal/mounts"
	"github.com/tunesfs/tunesfs/internal/panics"
)

// leaveTimeout is how long the users of a detached mount have to leave it.
const leaveTimeout = time.Second

// A service is one catalog shown in one folder, from the first check to the
// last byte put away.
type service struct {
	source  source.Source
	secret  string // that source signs in with, if it does
	network *netguard.Network
	dir     string // where to mount
	flags   *config.Mount
	log     *slog.Logger
	logFile string // the file that it is; empty for standard error
	parent  daemon.Parent
	mounted func() // called once the folder is there; may be nil
	made    bool   // the folder was not there before

	fs      *fs.FS
	id      string // of the mount, in the table of mounts
	store   *fetch.Store
	closers []func() error // what is open, in the order of opening
}

// run mounts and serves until somebody unmounts or a signal comes. Unmounting
// in whatever way is success.
func (s *service) run(ctx context.Context) error {
	soft, hard, release := interrupts(ctx)
	defer release()
	defer messages.FoldLog(s.log)()
	err := s.mount(soft)
	if err != nil && s.made {
		_ = os.Remove(s.dir) // nothing was mounted there; what is not empty stays
	}
	switch {
	case err == nil:
		s.serve(soft)
		err = s.unmount(hard)
	case errors.Is(err, fs.ErrUnmounted):
		s.parent.Notify(daemon.Ready, s.dir)
		err = nil
	}
	if n := panics.Count(); n > 0 {
		s.log.Error("the program panicked while it was mounted, which is a bug; please report it", "count", n)
	}
	return errors.Join(err, s.close(hard))
}

// mount opens everything there is to open, and mounts.
func (s *service) mount(ctx context.Context) error {
	if err := s.checkDir(ctx); err != nil {
		return err
	}
	s.network = netguard.New(netguard.Options{Base: s.source.Server(), AtHome: s.source.AtHome, Log: s.log})
	s.closers = append(s.closers, s.network.Close)
	src, end, err := s.source.Open(source.Environment{Client: s.network.Client, Agent: userAgent(), Log: s.log, Secret: s.secret})
	if err != nil {
		return err
	}
	s.closers = append(s.closers, end)
	place, err := s.makePlace()
	if err != nil {
		return err
	}
	s.network.Remember(cachedir.WasPublic(place.cache), func() { s.notePublic(place.cache) })
	library := cached.New(src, cached.Options{
		Dir: filepath.Join(place.cache, cachedir.ListingsName), TTL: s.flags.TTL, Logger: s.log,
		MaxDisk: cachedir.ListingsQuota(int64(s.flags.CacheSize)),
	})
	s.closers = append(s.closers, library.Close)
	if s.fs, err = fs.New(s.config(library, place)); err != nil {
		return err
	}
	options, err := s.storeOptions(src, library, place.cache)
	if err != nil {
		return explainStore(err, s.source, place.cache)
	}
	store, err := fetch.Open(place.cache, options)
	if err != nil {
		return explainStore(err, s.source, place.cache)
	}
	s.store = store
	s.closers = append(s.closers, store.Close)
	if err := s.fs.Mount(s.dir, store); err != nil {
		return explainMount(err, s.dir)
	}
	if m, ok := mounted.At(s.dir); ok {
		s.id = m.ID
	}
	s.register()
	return nil
}

// notePublic has later mounts know that the catalog was found on the Internet: what
// it tells now is in the cache then.
func (s *service) notePublic(cache string) {
	if err := cachedir.NotePublic(cache); err != nil {
		s.log.Warn("the next mount will not know that the catalog was on the Internet", "error", err)
	}
}

// register tells others which process this mount is of. A daemon also leaves
// the folder that it was started in, which it would keep busy.
func (s *service) register() {
	if s.parent.Exists() {
		if err := os.Chdir("/"); err != nil {
			s.log.Warn("cannot leave the folder", "error", err)
		}
	}
	run, err := runfile.New(s.dir, s.logFile)
	if err != nil {
		s.log.Warn("'tunesfs unmount' will not wait for this process", "error", err)
		return
	}
	s.closers = slices.Insert(s.closers, 0, func() error { return run.Remove(s.dir) })
}

func (s *service) config(library fs.Library, p place) fs.Config {
	cfg := fs.Config{
		Library:      library,
		Catalog:      s.source.Identity(),
		Source:       s.source.String(),
		StateDir:     p.state,
		CacheDir:     p.cache,
		Searches:     s.flags.Searches,
		AllowOther:   s.flags.AllowOther,
		UID:          uint32(os.Geteuid()),
		GID:          uint32(os.Getegid()),
		HideSidecars: s.flags.HideSidecars(),
		ShowPlaylist: s.flags.ShowPlaylist(),
		NoPrefetch:   s.flags.NoPrefetch,
		Logger:       s.log,
		LongListing:  saveMemory,
	}
	if s.flags.UID >= 0 && uint32(s.flags.UID) != cfg.UID {
		cfg.UID, cfg.GID = uint32(s.flags.UID), s.flags.UID.Group(cfg.GID)
	}
	if s.flags.GID >= 0 {
		cfg.GID = uint32(s.flags.GID)
	}
	return cfg
}

func (s *service) storeOptions(src catalog.Source, library *cached.Source, cache string) (fetch.Options, error) {
	free, err := s.flags.MinFree.On(cache)
	return fetch.Options{
		Locate:      source.Locator(src),
		Refuse:      source.Refusal(src, s.source.ShowsEverything()),
		Layout:      layout.Of,
		Changed:     s.fs.Changed,
		Recall:      library.Recall,
		TTL:         s.flags.TTL,
		Dial:        s.network.Dial,
		Proxy:       s.network.Proxy,
		Connections: s.flags.PerHost(s.source),
		LimitRate:   int64(s.flags.LimitRate),
		MaxBytes:    int64(s.flags.CacheSize),
		MinFree:     free,
		Session:     s.flags.Session(s.source),
		UserAgent:   userAgent(),
		Logger:      s.log,
	}, err
}

// serve returns when the mount is to end, or has ended.
func (s *service) serve(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() {
		defer cancel()
		if err := mounts.AwaitGone(ctx, s.id); err != nil {
			s.log.Warn("cannot watch the table of mounts", "error", err)
			<-ctx.Done()
		}
	})
	ended := s.ended()
	running.Go(func() {
		defer cancel()
		select {
		case <-ended:
		case <-ctx.Done():
		}
	})
	s.notifyReady(ctx)
	running.Wait()
}

// ended returns a channel that is closed when the file system has ended.
func (s *service) ended() <-chan struct{} {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.fs.Wait()
	}()
	return ended
}

// unmount ends the mount. One that was detached from outside must not be
// unmounted again, for another may be there by now: ending the waits is what
// makes the last users leave.
func (s *service) unmount(ctx context.Context) error {
	if m, still := mounted.At(s.dir); still && m.ID == s.id {
		return s.fs.Unmount(ctx)
	}
	s.fs.EndWaits()
	ctx, cancel := context.WithTimeout(ctx, leaveTimeout)
	defer cancel()
	select {
	case <-s.ended():
	case <-ctx.Done():
		s.log.Warn("somebody still uses the folder that was unmounted", "dir", s.dir)
	}
	return nil
}

// close closes what is open, last opened first, until ctx ends.
func (s *service) close(ctx context.Context) error {
	closed := make(chan error, 1)
	go func() {
		var errs []error
		for _, end := range slices.Backward(s.closers) {
			errs = append(errs, end())
		}
		closed <- errors.Join(errs...)
	}()
	select {
	case err := <-closed:
		return err
	case <-ctx.Done():
		return errCutShort
	}
}

// longGC is how much garbage, in percent of the memory in use, the process may
// hold beside a long listing, which may be most of its memory.
const longGC = 50

// saveMemory gives the garbage of a long listing back to the system, and lets
// less of it pile up from then on, unless the user set GOGC.
func saveMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(longGC)
	}
	debug.FreeOSMemory()
}
