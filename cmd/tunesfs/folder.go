package main

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// folder returns the name of the catalogue's own folder, in the cache and elsewhere: the start of
// its address, readable, and a hash that tells it from all others.
func (s source) folder() string {
	sum := sha256.Sum256([]byte(s.identity()))
	name := strings.Map(safeRune, s.scheme+"-"+s.host())
	return strings.Trim(name[:min(len(name), 40)], "-.") + "-" + hex.EncodeToString(sum[:4])
}

// host returns the server of the catalogue, with its port; "" if it has none.
func (s source) host() string {
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
