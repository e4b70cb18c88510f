package mutant

import "slices"

// All are the faults.
var All = slices.Concat(ofBytes, ofVerbs)

// ofBytes are faults of bytes and of the disk.
var ofBytes = []Mutant{
	// Bytes.
	{
		Name:  "generation-unchecked",
		Why:   "a late response marks bytes of the old version as held of the new one: wrong bytes after a change or a cancel under way",
		File:  "fetch/download.go",
		Old:   "if d.content != c {",
		New:   "if c == nil {",
		Rules: []string{"no wrong byte", "one handle, one version", "a copy is whole", "cancel drops all", "evict drops all"},
	},
	{
		Name: "short-read",
		Why:  "a read gives the part that is held, and looks like the end of the file: reads across the edge of what is held",
		File: "fetch/reader.go",
		Old:  "need := d.content.clip(ranges.Range{Start: off, End: off + length})",
		New: "need := d.content.clip(ranges.Range{Start: off, End: off + length})\n" +
			"\t\tif n := d.content.held.From(off); n > 0 {\n\t\t\tneed.End = min(need.End, off+n)\n\t\t}",
		Rules: []string{"a read is whole", "a copy is whole"},
	},
	{
		Name:  "shifted-read",
		Why:   "a read of held bytes begins one byte before its offset: wrong bytes wherever a read is no mapping of a whole file",
		File:  "fetch/held.go",
		Old:   "n, err := h.file.ReadAt(p, off)\n\tif n == len(p) {",
		New:   "n, err := h.file.ReadAt(p, max(off-1, 0))\n\tif n == len(p) {",
		Rules: []string{"no wrong byte"},
	},
	{
		Name:  "hole-reads-as-held",
		Why:   "once 256 KiB are held every read counts as held: zeros in place of what has not come",
		File:  "fetch/reader.go",
		Old:   "if d.content.held.Contains(proof) {",
		New:   "if d.content.held.Contains(proof) || d.content.held.Len() > 1<<18 {",
		Rules: []string{"no wrong byte"},
	},
	{
		Name:  "held-too-much",
		Why:   "bytes that another request is to bring count as held before they come: zeros where requests divide a file",
		File:  "fetch/sink_disk.go",
		Old:   "s.markHeld(ranges.Range{Start: off, End: off + int64(len(b))}, own)",
		New:   "s.markHeld(ranges.Range{Start: off, End: off + int64(arrived)}, own)",
		Rules: []string{"no wrong byte"},
	},
	{
		Name:  "streams-uncompared",
		Why:   "bytes that come again are not compared: two versions in one file, without validators, after a broken connection",
		File:  "fetch/sink_compare.go",
		Old:   "n < len(again) {",
		New:   "n < 0 {",
		Rules: []string{"no wrong byte", "one handle, one version", "after a refresh the newest is shown"},
	},
	{
		Name:  "other-version-continues",
		Why:   "a response that proves another version continues the held one: two versions in one file after a change",
		File:  "fetch/content.go",
		Old:   "case !valid, !continues(c.validator, r):",
		New:   "case !valid:",
		Rules: []string{"no wrong byte", "one handle, one version", "fstat is true", "a copy is whole"},
	},
	{
		Name:  "stale-reads-on",
		Why:   "a handle that gave out bytes of a version that is gone goes on with the next one: two versions by one handle",
		File:  "fetch/drop.go",
		Old:   "if r.served || r.size >= 0 && r.size != size {",
		New:   "if r.size < -1 && r.size != size {",
		Rules: []string{"no wrong byte", "one handle, one version", "fstat is true", "a copy is whole", "a read is whole"},
	},
	{
		Name:  "buffer-shifted",
		Why:   "a read from memory begins at the start of the buffer: wrong bytes while the cache is full",
		File:  "fetch/uncached.go",
		Old:   "return copy(p, r.buffer[off-r.bufferAt:])",
		New:   "return copy(p, r.buffer)",
		Rules: []string{"no wrong byte"},
	},
	{
		Name:  "node-rebound",
		Why:   "an inode that was opened on one version is opened on another: the kernel's pages of the old one",
		File:  "fs/track.go",
		Old:   "whole, ok := t.bind(st, reader)",
		New:   "whole, ok := t.bind(st, reader)\n\tok = true",
		Rules: []string{"no wrong byte", "one handle, one version", "fstat is true", "a copy is whole"},
	},
	{
		Name:  "page-is-audio",
		Why:   "a page of a portal passes for a file: wrong bytes from a server that sends pages in place of files",
		File:  "cmd/tunesfs/serve.go",
		Old:   "source.Refusal(src, s.source.ShowsEverything())",
		New:   "nil",
		Rules: []string{"no wrong byte", "fstat is true", "a copy is whole", "a read is whole"},
	},
	// The disk.
	{
		Name:  "record-before-sync",
		Why:   "a record tells of bytes that were not synced: zeros or old bytes after a power cut",
		File:  "fetch/recorder.go",
		Old:   "err = s.file.Sync()",
		New:   "err = nil",
		Disk:  true,
		Rules: []string{"no wrong byte"},
	},
	{
		Name:  "write-error-ignored",
		Why:   "bytes that the disk did not take count as held: zeros after EIO or ENOSPC of a write",
		File:  "fetch/internal/diskcache/file_io.go",
		Old:   "if _, err := f.file.WriteAt(b, off); err != nil {",
		New:   "if _, err := f.file.WriteAt(b, off); err == ErrDropped {",
		Disk:  true,
		Rules: []string{"no wrong byte"},
	},
	{
		Name:  "quota-uncounted",
		Why:   "bytes that come do not count: the cache grows beyond --cache-size",
		File:  "fetch/internal/diskcache/usage.go",
		Old:   "e.bytes, e.used, e.use = e.bytes+n-again, now, u.nextUseLocked()",
		New:   "e.bytes, e.used, e.use = max(e.bytes, min(n-again, 1)), now, u.nextUseLocked()",
		Rules: []string{"the quota holds"},
	},
	{
		Name:  "quota-doubled",
		Why:   "the cache may hold twice --cache-size",
		File:  "fetch/internal/diskcache/quota.go",
		Old:   "need = d.Held() + d.reserved.Load() - d.opt.MaxBytes",
		New:   "need = d.Held() + d.reserved.Load() - 2*d.opt.MaxBytes",
		Rules: []string{"the quota holds"},
	},
	{
		Name:  "mode-wide",
		Why:   "other users may read what is cached: a mode of a file in the cache",
		File:  "internal/durable/inside.go",
		Old:   "os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600",
		New:   "os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644",
		Rules: []string{"modes"},
	},
}
