package archive

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A site knows the addresses of the service.
type site struct{ base *url.URL }

func (s site) search(params url.Values) *url.URL {
	u := s.base.JoinPath("services", "search", "v1", "scrape")
	u.RawQuery = params.Encode()
	return u
}

func (s site) metadata(item string) *url.URL {
	return s.base.JoinPath("metadata", url.PathEscape(item))
}

// page returns the address of what a browser shows of an item.
func (s site) page(item string) string {
	return s.base.JoinPath("details", url.PathEscape(item)).String()
}

// picture returns the address of a small picture, which every item has.
func (s site) picture(item string) string {
	return s.base.JoinPath("services", "img", url.PathEscape(item)).String()
}

// download returns the address of a file, whose name may have folders.
func (s site) download(item, name string) string {
	path := []string{"download", url.PathEscape(item)}
	for folder := range strings.SplitSeq(name, "/") {
		path = append(path, url.PathEscape(folder))
	}
	return s.base.JoinPath(path...).String()
}

// isIdentifier reports whether an item may have that name. The service's own
// rule was laxer once, so this is only what an address needs.
func isIdentifier(item string) bool {
	return len(item) <= 200 && !strings.Contains(item, "/") && isPath(item)
}

// isPath reports whether a file of an item may have that name: it stays within
// the item, and is text.
func isPath(name string) bool {
	if len(name) > 1000 || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		return false
	}
	for folder := range strings.SplitSeq(name, "/") {
		if folder == "" || folder == "." || folder == ".." {
			return false
		}
	}
	return true
}

// trackID returns the identifier of a file.
func trackID(item, name string) string { return item + "/" + name }

// parseID takes an identifier that trackID made apart.
func parseID(id string) (item, name string, ok bool) {
	item, name, ok = strings.Cut(id, "/")
	return item, name, ok && isIdentifier(item) && isPath(name)
}
