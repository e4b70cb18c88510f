package subsonic

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/lenient"
)

// A failure is a server's own word for what went wrong, which comes with status
// 200: https://opensubsonic.netlify.app/docs/responses/error/.
type failure struct {
	Code    lenient.Number `json:"code"`
	Message lenient.Text   `json:"message"`
}

// Codes of failures that are acted on.
const (
	codeMissing       = 10 // a parameter; also what a server says that knows no tokens
	codeOldClient     = 20
	codeOldServer     = 30
	codeWrongPassword = 40
	codeNoTokens      = 41
	codeNoMechanism   = 42
	codeConflict      = 43
	codeWrongKey      = 44
	codeForbidden     = 50
	codeTrialOver     = 60
	codeNotFound      = 70
)

// Error gives the failure in the server's words. They are fit to be shown.
func (f *failure) Error() string {
	words := string(f.Message)
	if f.Code == codeWrongPassword {
		words = "wrong user name or password"
	}
	if words == "" {
		words = "no reason given"
	}
	return fmt.Sprintf("%v: %s (error %d)", f.Unwrap(), words, f.Code)
}

// Unwrap returns the kind of failure that the code means.
func (f *failure) Unwrap() error {
	switch f.Code {
	case codeWrongPassword, codeNoTokens, codeNoMechanism, codeConflict, codeWrongKey, codeForbidden, codeTrialOver:
		return catalog.ErrDenied
	case codeNotFound:
		return catalog.ErrNotFound
	case codeOldClient, codeOldServer:
		return catalog.ErrNotSupported
	}
	return catalog.ErrBadResponse
}

// sanitized returns the failure with words that may be shown.
func (f *failure) sanitized(a *auth) *failure {
	const maxWords = 200
	words := []rune(catalog.SanitizeText(a.scrub(string(f.Message))))
	return &failure{Code: f.Code, Message: lenient.Text(words[:min(len(words), maxWords)])}
}

// failureIn returns the failure that data holds as JSON or as XML, in which
// servers answer where they forget what they were asked for; nil if there is
// none. Only the start of data is looked at.
func failureIn(data []byte) *failure {
	const maxFailure = 64 << 10
	data = trimmed(data[:min(len(data), maxFailure)])
	switch {
	case bytes.HasPrefix(data, []byte("{")):
		_, err := decode(data)
		f, _ := errors.AsType[*failure](err)
		return f
	case bytes.HasPrefix(data, []byte("<")):
		return failureInXML(data)
	}
	return nil
}

// trimmed returns data without a byte order mark and space before it.
func trimmed(data []byte) []byte {
	return bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\uFEFF")), " \t\r\n")
}

// failureInXML returns the failure of <subsonic-response><error code="" message=""/>.
func failureInXML(data []byte) *failure {
	dec := xml.NewDecoder(bytes.NewReader(data))
	ours := false
	for {
		token, err := dec.Token()
		if err != nil {
			return nil
		}
		e, ok := token.(xml.StartElement)
		switch {
		case !ok:
		case e.Name.Local == "subsonic-response":
			ours = true
		case ours && e.Name.Local == "error":
			return failureOf(e.Attr)
		default:
			return nil
		}
	}
}

func failureOf(attrs []xml.Attr) *failure {
	f := &failure{}
	for _, a := range attrs {
		switch a.Name.Local {
		case "code":
			_ = f.Code.UnmarshalJSON([]byte(a.Value)) // never fails
		case "message":
			f.Message = lenient.Text(a.Value)
		}
	}
	return f
}

// Explain returns why the server sends what begins with head in place of a
// file, or nil if that can be one.
func (s *Source) Explain(head []byte) error {
	head = trimmed(head)
	if len(head) == 0 {
		return fmt.Errorf("subsonic: %w: it sent nothing in place of the file", catalog.ErrBadResponse)
	}
	if f := failureIn(head); f != nil {
		return fmt.Errorf("subsonic: %w", f.sanitized(s.auth))
	}
	if (head[0] == '{' || head[0] == '<') && bytes.Contains(head, []byte("subsonic-response")) {
		return fmt.Errorf("subsonic: %w: it sent words in place of the file", catalog.ErrBadResponse)
	}
	return nil
}
