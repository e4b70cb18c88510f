package catalog

import (
	"encoding/hex"
	"strings"
)

// The kinds of digest that a catalog may publish.
const (
	MD5  = "md5"
	SHA1 = "sha1"
)

// digestLens are how many hex digits each kind has.
var digestLens = map[string]int{MD5: 32, SHA1: 40}

// IsDigest reports whether s is "md5:" or "sha1:" and lower-case hex of the right length.
func IsDigest(s string) bool {
	kind, sum, _ := strings.Cut(s, ":")
	_, err := hex.DecodeString(sum)
	return err == nil && sum != "" && len(sum) == digestLens[kind] && sum == strings.ToLower(sum)
}

// DigestOf returns the published digest of a kind in hex, or "" if there is none.
func (t Track) DigestOf(kind string) string {
	if sum, ok := strings.CutPrefix(t.Digest, kind+":"); ok {
		return sum
	}
	if kind == MD5 {
		return t.Tags.MD5
	}
	return ""
}
