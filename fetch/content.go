package fetch

import (
	"github.com/tunesfs/tunesfs/fetch/internal/digest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/origin"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

const (
	// streamChanges is how often a remote may change while it is fetched before only
	// one response from the start is trusted.
	streamChanges = 3

	// maxChanges is how often it may change before the attempt is given up.
	maxChanges = 10
)

// A content is one generation of a file's bytes: the version that they are of, and
// which of them are held. It decides whether a response continues them, and knows
// neither disk nor network. It is guarded by Download.mu.
//
// A content is replaced whole when its bytes are dropped, never cleared. A transfer
// or a read keeps the content that it began with; Download.currentLocked is the one
// place that tells whether that still counts.
type content struct {
	validator validator.Validator
	held      ranges.Set
	typ       string          // media type; "" unknown
	sum       string          // of the complete file: checked, or made by us
	checksum  digest.Running  // of the held bytes
	noRanges  bool            // the server answers every range with the whole
	sizeless  bool            // the server does not tell the size
	changes   int             // versions seen since the file was last complete
	file      *diskcache.File // has the held bytes
	fresh     fresh
	layout    knownLayout

	unreadable bool // it is logged that the disk does not give them
	suspect    bool // another program changed them: none is given out before they were examined
	givenUp    bool // there were others, which the disk did not keep

	doubt    doubt
	unproved ranges.Set // bytes behind held that are on disk, and to be compared with a stream
}

// A version is what tells the bytes of a content from all others.
type version struct {
	validator.Validator
	streams bool // ranges of several responses cannot be put together
}

// version returns which version the held bytes are of.
func (c *content) version() version { return version{c.validator, c.streams()} }

// ranging is version for a request that shows whether the server sends ranges by now.
func (c *content) ranging() version {
	known := *c
	known.noRanges = false
	return known.version()
}

// complete reports whether every byte is held.
func (c *content) complete() bool {
	size := c.validator.Size
	return size >= 0 && c.held.Len() == size && (size > 0 || c.validator.Known())
}

// listedEmpty reports whether only a catalog says that the file has no byte: no read
// would ask for one.
func (c *content) listedEmpty() bool { return c.validator.Size == 0 && !c.validator.Known() }

// missing returns how many bytes are not held of a file of known size.
func (c *content) missing() int64 { return c.validator.Size - c.held.Len() }

// streams reports whether ranges of several responses cannot be put together.
func (c *content) streams() bool {
	return c.noRanges || c.changes > streamChanges || (c.validator.Known() && !c.validator.Strong())
}

// untold reports whether the remote has answered without telling the size.
func (c *content) untold() bool {
	return c.validator.Size < 0 && (c.sizeless || c.held.Contains(ranges.Range{Start: 0, End: probeLen}))
}

// clip returns r without the part behind the end of the file, if that is known.
func (c *content) clip(r ranges.Range) ranges.Range {
	if c.validator.Size >= 0 {
		r.End = min(r.End, c.validator.Size)
	}
	return r
}

// A verdict is the meaning of a response for a content.
type verdict int

const (
	continued      verdict = iota // the body belongs to the held bytes
	otherVersion                  // it is of another version
	ifRangeIgnored                // it is the same file from its start, although If-Range held
	unproven                      // nothing but its validators says that it is another version: the bytes decide
	doubtful                      // it contradicts what is known: the next response decides
	undecided                     // so did others, each in its own way
)

// judge returns the meaning of a response.
func (c *content) judge(r *origin.Response) verdict {
	switch valid := r.Validator.Size < 0 || c.held.Valid(r.Validator.Size); {
	case !valid, !continues(c.validator, r):
		return c.weigh(r)
	case r.Whole && r.IfRange != "" && c.validator.Proves(r.Validator):
		return ifRangeIgnored
	}
	return continued
}

// learn takes over the facts that a response which continues c tells of the file. It
// reports whether they are news.
func (c *content) learn(r *origin.Response) (news bool) {
	known := c.validator
	if !known.Known() {
		c.validator.Size = -1 // a catalog's guess, which the server does not share
	}
	c.validator = c.validator.Merge(r.Validator)
	c.sizeless = c.validator.Size < 0
	if r.Type != "" {
		c.typ = r.Type
	}
	if r.Whole {
		c.noRanges = true
	}
	return known != c.validator || r.Whole
}

// endAt takes over the size of a file that was sent to its end, unless the known size
// or the held bytes contradict it.
func (c *content) endAt(size int64) (ok bool) {
	if known := c.validator.Size; known >= 0 && known != size || !c.held.Valid(size) {
		return false
	}
	c.validator.Size = size
	return true
}

// discarded returns the content that follows after the bytes are dropped. Without a
// strong validator the next response counts as a new version; same is false then.
func (c *content) discarded() (next *content, same bool) {
	next = &content{validator: c.validator, typ: c.typ, noRanges: c.noRanges, sizeless: c.sizeless, changes: c.changes, fresh: c.fresh,
		givenUp: c.givenUp}
	same = !c.validator.Known() || c.validator.Strong()
	if !same || c.validator.Size == 0 { // no read would ever ask whether it still is empty
		next.validator = validator.Unknown
	}
	return next, same
}

// replaced returns the content that follows after another version showed.
func (c *content) replaced(v validator.Validator) *content {
	next := &content{validator: v, typ: c.typ, changes: c.changes + 1, fresh: none}
	if next.fresh.denied = c.fresh.claim; !c.fresh.claim.Tells() {
		next.fresh.denied = c.fresh.denied
	}
	if !c.validator.Known() {
		next.changes = c.changes // only a catalog was wrong
	}
	next, _ = next.discarded()
	return next
}

// recentlyStale reports whether the remote changed so often that there is no use in going
// on, and lets the next attempt have as many changes again.
func (c *content) recentlyStale() bool {
	if c.changes < maxChanges {
		return false
	}
	c.changes = streamChanges + 1
	return true
}

// continues reports whether the body of a response may be put together with the held
// bytes of version v. Where v has no strong validator, a comparison of the bytes has
// to find out.
func continues(v validator.Validator, r *origin.Response) bool {
	switch {
	case !v.Same(r.Validator), v.Size >= 0 && r.Range.End > v.Size && r.Range.End != ranges.Unbounded:
		return false
	case v.Proves(r.Validator), r.Range.Empty():
		return true
	case !v.Strong():
		told := (v.Size < 0) == (r.Validator.Size < 0)                    // else the end may be another,
		return !v.Known() || !r.Whole || told || v.Size >= 0 && !r.Framed // or one that a cut only feigns
	}
	return r.IfRange != "" && !r.Whole
}

// probeLen is how much a probe asks for. A probe is a head: one round trip
// brings the size, the validator and the first bytes, which are kept.
const probeLen = 16 << 10
