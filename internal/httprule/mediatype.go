package httprule

import (
	"mime"
	"strings"
)

// MediaType returns the media type that a Content-Type field names, in lower case and
// without parameters. It is "" where the field names none, or one that is longer than
// MaxType. It shares no memory with the field.
func MediaType(field string) string {
	typ, _, _ := mime.ParseMediaType(field)
	if len(typ) > MaxType {
		return ""
	}
	return strings.Clone(typ)
}
