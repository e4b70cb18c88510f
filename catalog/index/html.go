package index

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/skip"
)

// A link is an anchor of a page, and what follows it on its line.
type link struct{ href, text, tail string }

// maxTail is as much as is taken of the text and the tail of a link, in bytes: no
// server says more.
const maxTail = 200

// decodeHTML takes the names that a page links to, if they are of what lies
// directly in the folder that the page is of.
func decodeHTML(at *url.URL, body []byte, skipped skip.Count) ([]entry, error) {
	links, title, err := readLinks(body)
	if err != nil {
		return nil, err
	}
	var all []entry
	isIndex := isIndexTitle(title)
	for _, l := range links {
		e, kind := child(at, l.href)
		switch kind {
		case below:
			l.describe(&e)
			all = append(all, e)
			isIndex = isIndex || e.isDir || isListedName(e.name)
		case above:
			isIndex = isIndex || l.isToParent()
		case outside:
			skipped[skip.Outside]++
		}
	}
	if !isIndex {
		return nil, fmt.Errorf("%w: a page that is no list of a folder", catalog.ErrBadResponse)
	}
	return all, nil
}

// isIndexTitle reports whether a page calls itself an index, though it may have
// no entries.
func isIndexTitle(title string) bool {
	title = strings.ToLower(strings.TrimSpace(title))
	return strings.HasPrefix(title, "index of") || strings.HasPrefix(title, "directory listing")
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

// pageEndings are those of what a page of any other kind links to beside it: a
// sign-in, or help.
var pageEndings = []string{"", ".htm", ".html", ".xhtml", ".php", ".asp", ".aspx", ".jsp", ".cgi"}

// isListedName reports whether a name says that the page which links to it lists a
// folder.
func isListedName(name string) bool {
	return !slices.Contains(pageEndings, strings.ToLower(path.Ext(name)))
}

// isToParent reports whether a link above is that of a list to the folder that holds
// it. Other pages link to the start of their site.
func (l link) isToParent() bool {
	return strings.Contains(l.href, "..") || strings.Contains(strings.ToLower(l.text+l.tail), "parent")
}

// readLinks returns the anchors of a page in order, and its title.
func readLinks(body []byte) (links []link, title string, err error) {
	z := html.NewTokenizer(bytes.NewReader(body))
	var inside string // the element whose text comes
	for {
		switch z.Next() {
		case html.ErrorToken:
			if !errors.Is(z.Err(), io.EOF) {
				err = fmt.Errorf("%w: %w", catalog.ErrBadResponse, z.Err())
			}
			return links, title, err
		case html.StartTagToken, html.SelfClosingTagToken:
			name, hasAttr := z.TagName()
			switch inside = string(name); {
			case inside != "a" || !hasAttr:
			case len(links) == catalog.MaxRows:
				return nil, "", catalog.ErrTooManyRows
			default:
				links = append(links, link{href: attribute(z, "href")})
			}
		case html.EndTagToken:
			inside = ""
		case html.TextToken:
			text := string(z.Text())
			switch {
			case inside == "title":
				title = text
			case len(links) > 0:
				links[len(links)-1].add(text, inside == "a")
			}
		}
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
