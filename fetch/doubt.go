package fetch

import (
	"github.com/tunesfs/tunesfs/fetch/internal/claim"
	"github.com/tunesfs/tunesfs/fetch/internal/origin"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// maxDoubts is how many responses in a row may contradict what is known of a file,
// each in a way of its own, before there is no use in another.
const maxDoubts = 3

// familiar is how many bytes from the start of a response, when they are those that
// are held, show that it is no page in place of the file.
const familiar = 4 << 10

// A doubt is the first response that contradicts what is known of a file. A single
// one may be an error page, or come of a redirect that leads astray: the next request
// decides. The zero value is no doubt.
type doubt struct {
	validator validator.Validator
	typ       string
	at        int64  // the byte at which the body contradicts; -1 where the head does
	sample    string // bytes of the body from there on
	times     int    // responses in a row that contradict
}

// maxSample is how many bytes of a body that contradicts are compared with the next.
const maxSample = 64

// doubtOf returns the doubt that the head of a response raises.
func doubtOf(r *origin.Response) doubt {
	return doubt{validator: r.Validator, typ: r.Type, at: -1}
}

// in returns the doubt that the body of a response raises at a byte of the file.
func (o doubt) in(at int64, body []byte) doubt {
	o.at, o.sample = at, string(body[:min(len(body), maxSample)])
	return o
}

// after returns o as the doubt that follows on d.
func (o doubt) after(d doubt) doubt {
	o.times = d.times + 1
	return o
}

// same reports whether two responses say the same of the file: the same size, and
// nothing else that both tell is different. Copies behind one address may differ in
// their ETags, and a server that makes up its responses may date each of them anew:
// RFC 9110 section 8.8.2.2 makes such a date a weak one.
func (o doubt) same(d doubt) bool {
	v, w := o.validator, d.validator
	if d.times == 0 || v.Size != w.Size || o.at != d.at || o.sample != d.sample || o.typ != d.typ && o.typ != "" && d.typ != "" {
		return false
	}
	switch {
	case v.Modified != "" && v.Modified == w.Modified:
		return true
	case v.ETag != "" && w.ETag != "":
		return v.ETag == w.ETag
	}
	return !v.Dated || !w.Dated
}

// weigh returns the meaning of a response that contradicts what is known as o says,
// after d. farBelow is whether it would make the file far smaller: responses that
// agree in nothing are not believed then.
func (o doubt) weigh(d doubt, farBelow bool) verdict {
	switch {
	case o.same(d):
		return otherVersion
	case d.times+1 < maxDoubts:
		return doubtful
	case farBelow:
		return undecided
	}
	return otherVersion
}

// farBelow reports whether a size that a server tells is so far below the known one
// that it rather is that of something else. -1 is unknown.
func farBelow(told, known int64) bool { return told >= 0 && told < known/2 }

// weigh returns the meaning of a response that does not continue c. What is held is
// not given up, and a size far below the known one not believed, for one response.
func (c *content) weigh(r *origin.Response) verdict {
	o, below := doubtOf(r), farBelow(r.Validator.Size, c.validator.Size)
	switch {
	case len(c.held) == 0 && !below:
		return otherVersion
	case c.comparable(r), o.validator.Size == c.validator.Size && c.doubt.times > 0 && !o.same(c.doubt):
		return unproven
	}
	return o.weigh(c.doubt, below)
}

// announced returns the meaning of a response that does not prove c to be of the
// version that the server has, where it was asked for that: it is believed, unless its
// size is far below the known one.
func (c *content) announced(r *origin.Response, listed claim.Claim) verdict {
	known := listed.Size
	if known < 0 {
		known = c.validator.Size
	}
	if farBelow(r.Validator.Size, known) {
		return doubtOf(r).weigh(c.doubt, true)
	}
	return otherVersion
}

// refuse takes note of a response that c does not go on with, and returns why.
func (c *content) refuse(v verdict, o doubt) error {
	switch v {
	case ifRangeIgnored:
		return errIfRangeIgnored
	case doubtful:
		c.doubt = o.after(c.doubt)
		return errDoubted
	case undecided:
		c.doubt = doubt{} // the next attempt may find out
		return errUndecided
	}
	return errOtherVersion
}

// comparable reports whether a response of the same size may be of the same bytes
// although its validators do not prove it: some are missing, or the ETag is another
// with the same date, as that of a copy at another server.
func (c *content) comparable(r *origin.Response) bool {
	v, o := c.validator, r.Validator
	if len(c.held) == 0 || v.Size < 0 || v.Size != o.Size {
		return false
	}
	return v.Same(o) || v.Modified != "" && v.Modified == o.Modified
}

// withoutProof returns c without the validators that a response does not share: the
// file is streamed from its start, and compared with the held bytes. Those behind the
// first gap are not held until then.
func (c *content) withoutProof(r *origin.Response) *content {
	next := *c
	next.doubt, next.validator.ETag, next.validator.Dated = doubt{}, "", false
	if r.Validator.Modified != "" && r.Validator.Modified != c.validator.Modified {
		next.validator.Modified = ""
	}
	begin := ranges.Range{Start: 0, End: c.held.From(0)}
	next.held = ranges.Set{}.Add(begin)
	for _, behind := range c.held.Remove(begin) {
		next.unproved = next.unproved.Add(behind)
	}
	return &next
}

// onDisk returns the bytes that the file has: those that a stream is compared with.
func (c *content) onDisk() ranges.Set {
	set := c.held
	for _, r := range c.unproved {
		set = set.Add(r)
	}
	return set
}

// before returns what has to be held before a handle that has read up to given may
// have bytes of r: all that it has read is compared first.
func (c *content) before(r ranges.Range, given int64) ranges.Range {
	if len(c.unproved) > 0 {
		r.End = max(r.End, given)
	}
	return r
}
