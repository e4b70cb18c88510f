// Package fetch keeps remote files on disk as they are read: ranges of them, in
// any order, resumable, pausable, and never two versions mixed. It knows nothing
// of music or of file systems: anyone who wants a download that can be read
// while it arrives can use it.
//
// # Who owns what
//
//	Store ─────────────── which downloads there are
//	  ├─ diskcache.Dir ── the folder and its lock, what is held, what is evicted first
//	  ├─ transport ────── open connections; one is kept for each server in use (warm.go)
//	  ├─ limiter ──────── turns to use one
//	  │    └─ crowd ───── one per host: how many may fill while a reader is in need
//	  ├─ hosts ────────── what is learnt of servers
//	  ├─ changes ──────── what is to be told to Options.Changed, in order
//	  └─ Download ─────── one per remote file: its version, where it is, the ranges
//	       │              held, the state, who waits
//	       ├─ diskcache.Entry  its record, which flush keeps true, and its data: a
//	       │              diskcache.File, another one once the bytes were dropped
//	       ├─ scaler ──── over how many connections
//	       ├─ Reader ──── one per open handle: its read-ahead window
//	       └─ flight ──── one per request under way: the range it is to bring, how
//	                      long to try (backoff)
//
// A Download is the only owner of the truth about its bytes. Its mutex guards
// that truth and is never held during I/O. Everything that changes what is
// wanted, held or possible ends in Download.schedule, which asks the pure
// function plan what to request next and sends flights for it; a flight that
// lands calls schedule again. So there is nothing to poll and nobody to kick:
// who waits takes the changed channel under the lock under which it saw that
// its bytes are missing.
//
//	ReadAt ──▶ wait ──▶ schedule ──▶ plan ──▶ flight ──▶ request ──▶ accept ──▶ receive
//	  ▲                    ▲                                 readAnswer            │
//	  │                    └──────────── lands ◀───────────────────────────────────┤
//	  └──────────────────── wake ◀── arrive (held += range) ◀── take (pwrite) ◀────┘
//
// # What to fetch
//
// First what reads are blocked on, then each handle's window, then, if the whole
// file is wanted, the rest of it (plan.go). A window begins small, grows as its
// handle reads on and begins anew after a seek (window.go). A handle that has
// read 256 KiB in sequence means the whole file; one that only looked at the
// head or the tail leaves no download behind. The sizes of a folder are asked for
// together, by their heads (probe.go). One connection is used until
// measuring shows that its rate is what limits and enough is missing to pay for
// more (scale.go). A connection is granted per host and in all, blocked reads
// first, then fairly between downloads (limiter.go). Where connections share a
// link, those that only fill are closed while a reader is in need (crowd.go).
//
// # What is trusted
//
// Bytes of two answers are put together only if a strong validator proves that
// they are of one version (version.go, answer.go); without one a file is only
// ever streamed from its start, and what comes again is compared with what is
// held. Where a redirect led to is where the rest is asked for: another mirror
// has other validators (mirror.go). On disk, a record may say less than the data
// holds, never more: data is synced before the record that tells of it, and a
// record is replaced whole or not at all (flush.go). It names the generation of the
// data that it is of, so one that comes back after a power cut finds that or none.
// A record that says nothing that the server would not say again is not kept. A
// complete file has a digest, the catalogue's or one of our own, which a later
// session makes where one ended before (verify.go).
//
// # States
//
// The table of states and events is in state.go; users' commands are carried
// out in control.go.
package fetch
