// Package fetch keeps remote files on disk as they are read: ranges of them, in
// any order, resumable, pausable, and never two versions mixed.
//
// It owns downloads: which bytes of which files are wanted, held and on their way.
// It must never know music, a catalog or a file system: anyone who wants a download
// that can be read while it arrives can use it. Open doc.go first, then download.go
// and content.go for the truth, schedule.go for the decisions and transfer.go for the
// work. The public types are in options.go, status.go, state.go and command.go, the
// kinds of error in errors.go; List and Verify, for a folder that no store has open,
// are in inspect.go.
//
// # Who owns what
//
//	Store ──────────────────── which downloads there are (store.go)
//	  ├─ diskcache.Dir ─────── the folder, its lock and its quota; what is evicted first
//	  ├─ origin.Client ─────── requests and open connections
//	  ├─ slots.Limiter, Pace ─ who may use a connection, and what is known of rates
//	  ├─ traffic ───────────── the transfers that a Prefetch makes way for
//	  ├─ sizeGuard ─────────── hosts of which no sizes can be had (sizeguard.go)
//	  ├─ changes ───────────── what Options.Changed is told, in order (changes.go)
//	  └─ Download ──────────── one per remote file: its state, who waits and reads
//	       ├─ content ──────── one generation of the bytes: version, ranges held
//	       ├─ source ───────── where the bytes are
//	       ├─ recorder ─────── keeps data and record on disk true
//	       ├─ link ─────────── over how many connections (link.go)
//	       ├─ Reader ───────── one per open handle: its read-ahead window, its interest
//	       └─ transfer ─────── one per request under way, with the sink for its bytes
//
// A Download is the only owner of the truth about its bytes. Its mutex guards that
// truth and is never held during I/O. Every change of the bytes that are wanted, held
// or possible ends in Download.scheduleLocked, which asks the pure function plan.Next
// for the ranges to request and starts a transfer for each; a transfer that ends
// calls scheduleLocked again. So nothing polls: a caller that waits takes a channel
// under the lock under which it saw that its bytes are missing.
//
// # How a read travels
//
//	Reader.ReadAt ─▶ await ─▶ scheduleLocked ─▶ plan.Next ─▶ transfer.run
//	   ▲                            ▲                             │ slot (slot.go)
//	   │                            │                        origin.Client.Get
//	   │                            │                             │ Response
//	   │                            └───── the transfer ends ── diskSink.accept, take
//	   └──── waiters.notify ◀── markHeld (content.held) ◀── diskcache.File.Put
//
// Then ReadAt acquires the content's file and reads it (datafile.go, held.go). A
// Reader that was opened on a complete file also gives that file out (Reader.File).
// Where the disk is full, or fails to give bytes that are held, a memorySink takes the
// bytes instead (uncached.go, fill.go).
//
// # How a command travels
//
// Download.Control (control.go) carries out one command at a time. The table of
// states and events is in state.go. A pause cancels the transfers, waits until they
// have ended and has the recorder make their bytes durable. A cancel replaces the
// content and removes its file for good. A new command needs its name in
// command.go, an event and its transitions in state.go, and a case in control.go.
//
// # What to fetch
//
// First the bytes on which reads are blocked, then each handle's window, then the
// rest of the file if it is wanted whole (package plan). A window begins small, grows
// as its handle reads on and begins again after a seek. Whether the user of a handle
// wants the whole file its reads show (package intent, trace.go): to read the structure
// of a file, of which Options.Layout tells (layout.go), is no wish. A wish that only
// seems to be one is undone when the handle closes, and leaves no download behind; one
// that lasts, and a user's command, go on (wish.go). Until a handle's user surely wants
// all, its window is a part of what it has read, and nothing beyond that is fetched.
//
// A Prefetch has a file be fetched for a reader to come, and makes way for every other
// transfer (prefetch.go, package traffic).
//
// One size is learnt in size.go, those of a folder together in probe.go; sizeguard.go
// bounds how long that takes where a host fails. A download uses one connection until
// measurements show that its rate is the limit and enough is missing to pay for more
// (link.go, slots.Scaler), and as long as a reader only seems to want it; slots.Limiter
// says how many its host has room for. Connections are shared by host and in all,
// blocked reads first, then fairly between downloads; background transfers yield while a
// reader is in need (package slots).
//
// # What is trusted
//
// Bytes of two responses are put together only if a strong validator proves that they
// are of one version (package validator): content.judge decides, and the sinks act on
// it. Without one a file is only ever streamed from its start, and diskSink.compare
// compares the bytes that come again with those that are held. So does a file whose
// validators do not match although its size does (content.withoutProof): servers that
// share a name tag their copies differently. A single response that contradicts what
// is held may be an error page: it costs nothing until the next request, sent at once,
// gets the same (doubt.go). Where a redirect led is
// where the rest is asked for, since another copy has other validators: diskSink
// notes the target in the source (source.go), and slot.go waits for a slot at the other host.
//
// When bytes are dropped the content is replaced whole, and its file gets another
// name. A transfer or a read keeps the content that it began with;
// Download.currentLocked is the one place that tells whether that still counts.
//
// On disk, a record may say less than the data holds, never more: the recorder syncs
// data before it writes the record (diskcache.Entry.SaveLocked), and a record is
// replaced whole or not at all. A record names the generation of its data, so one that
// comes back after a power cut finds its own bytes or none. A record that says nothing that the server would not
// say again is not kept. A complete file has a digest, the catalog's or one of our
// own (seal.go).
//
// When to evict, and which entry first, is decided in the disk cache (quota.go and
// usage.go there); whether a file may go, by Download.evict in evict.go. A user's evict
// is a command.
package fetch
