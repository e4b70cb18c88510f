package index

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"github.com/tunesfs/tunesfs/catalog"
)

// Signs tell a list of a folder from another page, such as a sign-in, an error or a note of
// maintenance with status 200. A single link is no sign: all pages have some.
type signs struct {
	titled bool // it calls itself a list, as a server does
	order  bool // it links to itself in another order
	parent bool // it links to the folder above, as a list does
	audio  int  // rows of audio

	good bool // a row has signs enough of its own
	near bool // a row has them together with parent

	bare  bool // a list of names and nothing else, so far
	named int  // rows that bear their names
}

// signs returns what a page shows of itself, without its links.
func (p *page) signs(at *url.URL) signs {
	s := signs{titled: isIndexTitle(p.title, at)}
	s.bare = p.inPre && strings.TrimSpace(p.title) == "" && strings.TrimSpace(p.head) == ""
	for _, l := range p.links {
		s.bare = s.bare && strings.TrimSpace(l.tail) == "" && strings.HasPrefix(l.href, pathOf(l.text))
	}
	return s
}

// pathOf returns the start of the address of a file whose name is text, up to the first
// character that an address may have in another form.
func pathOf(text string) string {
	end := strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if end < 0 {
		return text
	}
	return text[:end]
}

// add takes the signs of a row: its link, and the text before that.
func (s *signs) add(e entry, l link, before string) {
	typ, _ := catalog.MediaOf("", "/"+url.PathEscape(e.name))
	isAudio := typ != ""
	isShown := isAudio || e.isDir || catalog.IsPicture(e.name)
	isNamed, isExact := l.names(e)
	isDetailed := hasDetails(l.tail) || hasDetails(before)
	if isAudio {
		s.audio++
	}
	if isNamed {
		s.named++
	}
	s.bare = s.bare && isExact
	s.good = s.good || isDetailed && (isAudio || isNamed && isShown)
	s.near = s.near || isAudio || isNamed && (isShown || isDetailed)
}

// isList reports whether a page lists a folder, though it may hold nothing.
func (s *signs) isList() bool {
	return s.titled || s.order || s.good || s.near && s.parent || s.audio > 1 || s.bare && s.named > 0
}

// names reports whether the text of a link is the name of its row, which may be cut, and
// whether it is that as the plainest servers write it: whole, with the slash of a folder.
func (l link) names(e entry) (is, exactly bool) {
	text := strings.TrimSpace(l.text)
	name := e.name
	if e.isDir {
		name += "/"
	}
	for _, mark := range []string{"..>", "...", "\u2026"} {
		if start, isCut := strings.CutSuffix(text, mark); isCut && len(start) > 1 {
			return strings.HasPrefix(name, start), false
		}
	}
	return text == name || text == e.name, text == name
}

// details are a time or a size, as servers write them beside a name.
var details = regexp.MustCompile(`\b\d{4}-(\d\d|[A-Z][a-z]{2})-\d\d\b|\b\d\d?-[A-Z][a-z]{2}-\d{4}\b|\b\d\d?[/.]\d\d?[/.]\d{4}\b|` +
	`\b\d\d?:\d\d\b|\b\d+([.,]\d+)? ?([kKMGT]i?B?|[Bb]ytes|B)\b`)

func hasDetails(text string) bool { return details.MatchString(text) }

// parents are the texts of a link to the folder above, in lower case and without brackets.
// Other pages call it Back or Home.
var parents = map[string]bool{
	"": true, "..": true, "../": true, "up": true, "parent": true, "parent directory": true, "parent directory/": true,
	"to parent directory": true, "parent folder": true, "up one level": true, "up to higher level directory": true, "go up": true,
}

// isToParent reports whether a link above is that of a list to the folder that holds
// it. Other pages link to the start of their site.
func (l link) isToParent() bool {
	text := strings.ToLower(strings.Trim(l.text, " \t\r\n[]()\u00a0\u2191\u2190"))
	return parents[text] && (text != "" || strings.Contains(l.href, ".."))
}

// isOrder reports whether a link to the page itself asks for another order, as those of
// Apache, of nginx's fancyindex, and of Caddy do.
func isOrder(href string) bool {
	_, query, _ := strings.Cut(href, "?")
	return orders.MatchString(query)
}

var orders = regexp.MustCompile(`^C=[NMSD][;&]O=[AD]$|^sort=namedirfirst&order=(asc|desc)(&|$)`)

// isIndexTitle reports whether a page calls itself a list, though it may have no entries.
func isIndexTitle(title string, at *url.URL) bool {
	title = strings.ToLower(strings.TrimSpace(title))
	for _, start := range []string{"index of", "directory listing for", "directory listing of", "directory listing:",
		"directory:", "listing directory", "listing:", "files within", "contents of"} {
		if strings.HasPrefix(title, start) {
			return true
		}
	}
	return title == "directory listing" || title == strings.ToLower(at.Hostname()+" - "+at.Path) // IIS
}
