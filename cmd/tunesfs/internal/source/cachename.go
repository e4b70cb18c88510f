package source

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Folder returns the name of the catalog's own folder, in the cache and elsewhere: the start of
// its address, readable, and a hash that tells it from all others.
func (s Source) Folder() string {
	sum := sha256.Sum256([]byte(s.Identity()))
	name := strings.Map(safeRune, s.Scheme+"-"+s.host())
	return strings.Trim(name[:min(len(name), 40)], "-.") + "-" + hex.EncodeToString(sum[:4])
}

// host returns the server of the catalog, with its port; "" if it has none.
func (s Source) host() string {
	if s.base == nil {
		return ""
	}
	return s.base.Host
}

func safeRune(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
		return r
	}
	return '-'
}
