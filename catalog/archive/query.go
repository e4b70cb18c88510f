package archive

import (
	"regexp"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
)

// onlyAudio is what a query is narrowed by that does not say what it wants.
const onlyAudio = " AND mediatype:(audio OR etree)"

var (
	// field is a condition on a field, as in creator:x; not 10:30, nor "Re: x".
	field = regexp.MustCompile(`(^|[\s(+-])[A-Za-z_]\w*:\S`)

	operator  = regexp.MustCompile(`(^|[\s)])(AND|OR|NOT)([\s(]|$)`)
	operators = regexp.MustCompile(`\b(AND|OR|NOT)\b`) // wherever they are

	// dangling is an operator that lacks what it is to work on.
	dangling = regexp.MustCompile(`^(AND|OR)\b|\b(AND|OR|NOT)$`)

	mediatype = regexp.MustCompile(`(?i)(^|[\s(+-])mediatype:`)
)

// luceneQuery returns the query that the service gets for what a user wrote,
// which may be in the service's own syntax (Lucene's), or plain words in which
// its signs mean nothing: AC/DC, P!nk, 7". It is "" if there are no words.
func luceneQuery(text string) string {
	text = catalog.SanitizeText(text)
	if text == "" {
		return ""
	}
	if !isSyntax(text) {
		text = escape(text)
	}
	if mediatype.MatchString(text) {
		return text
	}
	return "(" + text + ")" + onlyAudio
}

// isSyntax reports whether a query is more than words. One that is not whole,
// such as with a single quote, cannot be: it would swallow what is added to it.
// Nor is one that begins or ends with an operator, as titles do.
func isSyntax(text string) bool {
	return isWhole(text) && !dangling.MatchString(text) &&
		(field.MatchString(text) || operator.MatchString(text) || strings.Contains(text, `"`))
}

// isWhole reports whether every quote and bracket is closed.
func isWhole(text string) bool {
	var open []rune
	quoted, escaped := false, false
	for _, r := range text {
		switch {
		case escaped:
			escaped = false
		case r == '\\':
			escaped = true
		case r == '"':
			quoted = !quoted
		case quoted:
		case strings.ContainsRune("([{", r):
			open = append(open, r)
		case strings.ContainsRune(")]}", r):
			if len(open) == 0 || (r == ')') != (open[len(open)-1] == '(') {
				return false
			}
			open = open[:len(open)-1]
		}
	}
	return len(open) == 0 && !quoted && !escaped
}

// escape takes the meaning from Lucene's signs and operators, but for those that
// can stand in words: an asterisk for their rest, and a minus before those not
// wanted.
func escape(text string) string {
	return operators.ReplaceAllString(escapeSigns(text), `\$1`)
}

func escapeSigns(text string) string {
	var b strings.Builder
	for i, r := range text {
		sign := strings.ContainsRune(`!(){}[]^"~?:\/&|+`, r)
		if r == '-' {
			next := strings.IndexAny(text[i+1:], " -")
			sign = i+1 == len(text) || next == 0
		}
		if sign {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
