package index

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/skip"
)

// A link is an anchor of a page, and the text behind it up to the next.
type link struct{ href, text, tail string }

// maxTail is as much as is taken of the text and the tail of a link, in bytes: no
// server says more.
const maxTail = 200

// decodeHTML takes the names that a page links to, if they are of what lies
// directly in the folder that the page is of.
func decodeHTML(at *url.URL, body []byte, skipped skip.Count) ([]entry, error) {
	p, err := readPage(body)
	if err != nil {
		return nil, err
	}
	var all []entry
	s := p.signs(at)
	for i, l := range p.links {
		e, kind := child(at, l.href)
		switch kind {
		case below:
			s.add(e, l, p.before(i))
			l.describe(&e)
			all = append(all, e)
		case above:
			s.parent = s.parent || l.isToParent()
		case itself:
			s.order = s.order || isOrder(l.href)
		case outside:
			skipped[skip.Outside]++
		}
	}
	if !s.isList() {
		return nil, fmt.Errorf("%w: a page that is no list of a folder", catalog.ErrBadResponse)
	}
	return all, nil
}

// add adds text to a link, from within it or behind it.
func (l *link) add(text string, within bool) {
	to := &l.tail
	if within {
		to = &l.text
	}
	if len(*to) < maxTail {
		*to += text[:min(len(text), maxTail)]
	}
}

// A page is what is read of one.
type page struct {
	title string
	head  string // the text before the first link
	links []link // in order
	inPre bool   // there is preformatted text
}

// before returns the text between a link and the one before it.
func (p *page) before(i int) string {
	if i == 0 {
		return p.head
	}
	return p.links[i-1].tail
}

// readPage returns the anchors of a page, and what else tells whether it is a list.
func readPage(body []byte) (p page, err error) {
	z := html.NewTokenizer(bytes.NewReader(body))
	var inside string // the element that began last
	var inAnchor bool
	for {
		switch z.Next() {
		case html.ErrorToken:
			if !errors.Is(z.Err(), io.EOF) {
				err = fmt.Errorf("%w: %w", catalog.ErrBadResponse, z.Err())
			}
			return p, err
		case html.StartTagToken, html.SelfClosingTagToken:
			name, hasAttr := z.TagName()
			inside = string(name)
			p.inPre = p.inPre || inside == "pre"
			switch {
			case inside != "a" || !hasAttr:
			case len(p.links) == catalog.MaxRows:
				return page{}, catalog.ErrTooManyRows
			default:
				p.links, inAnchor = append(p.links, link{href: attribute(z, "href")}), true
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			inside, inAnchor = "", inAnchor && string(name) != "a"
		case html.TextToken:
			p.add(string(z.Text()), inside, inAnchor)
		}
	}
}

// add adds text in an element, or in the anchor around that.
func (p *page) add(text, inside string, inAnchor bool) {
	switch {
	case inside == "script" || inside == "style":
	case inside == "title" && len(p.links) == 0: // later ones are of drawings
		if p.title == "" {
			p.title = text
		}
	case len(p.links) > 0:
		p.links[len(p.links)-1].add(text, inAnchor)
	case len(p.head) < maxTail:
		p.head += text[:min(len(text), maxTail)]
	}
}

// attribute returns an attribute of the tag that z is at, or "".
func attribute(z *html.Tokenizer, name string) (value string) {
	for more := true; more; {
		var key, val []byte
		if key, val, more = z.TagAttr(); string(key) == name {
			value = string(val)
		}
	}
	return value
}

// nginxTail is what nginx writes behind an anchor: the time, in UTC unless it is
// told otherwise, and the exact size or, if it is told to round, one with a
// unit.
var nginxTail = regexp.MustCompile(`^\s+(\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d)\s+(\d+|-|\d+[KMG])$`)

// describe adds what the server says of an entry. All but nginx round sizes, and
// write the time of a zone that they do not name.
func (l link) describe(e *entry) {
	line, _, _ := strings.Cut(l.tail, "\n")
	parts := nginxTail.FindStringSubmatch(strings.TrimRight(line, "\r "))
	if parts == nil {
		return
	}
	if t, err := time.Parse("02-Jan-2006 15:04", parts[1]); err == nil {
		e.modified, e.rounded = t, time.Minute
	}
	if n, err := strconv.ParseInt(parts[2], 10, 64); err == nil {
		e.size = n
	}
}

// A relation is where a link leads, seen from the page that it is on.
type relation int

const (
	itself relation = iota // such as the page in another order
	below                  // directly
	above
	outside // anywhere else
)

// child returns what a link on a page leads to, if that lies directly in the
// folder that the page is of.
func child(page *url.URL, href string) (entry, relation) {
	u, err := page.Parse(strings.TrimSpace(href))
	if err != nil || u.Scheme != page.Scheme || u.Host != page.Host || u.User != nil {
		return entry{}, outside
	}
	folder := page.Path[:strings.LastIndex(page.Path, "/")+1]
	rest, within := strings.CutPrefix(u.Path, folder)
	name, isDir := strings.CutSuffix(rest, "/")
	switch {
	case u.Path == page.Path || u.Path == folder:
		return entry{}, itself
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return entry{}, outside
	case !within && strings.HasSuffix(u.Path, "/") && strings.HasPrefix(folder, u.Path):
		return entry{}, above
	case !within || !isName(name):
		return entry{}, outside
	}
	return entry{name: name, isDir: isDir, size: -1}, below
}
