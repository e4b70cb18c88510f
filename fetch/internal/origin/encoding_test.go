package origin

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

func TestIsPlain(t *testing.T) {
	for _, encoding := range []string{
		"", "identity", "Identity", "IDENTITY", "identity, identity", " identity ", "none", "None", "binary", "UTF-8", "utf-8", "utf8",
		"aws-chunked", "aws-chunked,", "iso-8859-1", "ISO-8859-15", "windows-1252", "us-ascii", "8bit", "audio/mpeg", "text/plain; charset=utf-8",
		"charset=utf-8", `"identity"`, "UTF-8, none",
	} {
		if !isPlain(encoding) {
			t.Errorf("%q is refused", encoding)
		}
	}
	for _, encoding := range []string{
		"gzip", "GZIP", "x-gzip", "deflate", "compress", "br", "zstd", "dcb", "aes128gcm", "base64", "identity, gzip", "gzip, identity",
		"aws-chunked, gzip", "utf-8,br", "application/gzip", "application/x-gzip", "hush",
	} {
		if isPlain(encoding) {
			t.Errorf("%q is taken for plain bytes", encoding)
		}
	}
}

// TestEncoding reads plain bytes, and refuses those that are in a coding, whatever
// their name. A status that is an error counts before any coding.
func TestEncoding(t *testing.T) {
	for name, c := range map[string]struct {
		status   int
		encoding string
		body     string
		want     error
	}{
		"legal":           {206, "Identity", "0123456789", nil},
		"a character set": {206, "UTF-8", "0123456789", nil},
		"plain chunks":    {206, "aws-chunked", "0123456789", nil},
		"true chunks":     {206, "aws-chunked", "4;chunk-signature=0123456789abcdef\r\n", fault.ErrBadResponse},
		"gzip":            {206, "gzip", "0123456789", fault.ErrBadResponse},
		"404":             {404, "gzip", "0123456789", fault.ErrNotFound},
		"410":             {410, "gzip", "", fault.ErrNotFound},
		"401":             {401, "gzip", "0123456789", fault.ErrDenied},
		"403":             {403, "br", "0123456789", fault.ErrDenied},
		"429":             {429, "gzip", "0123456789", fault.ErrUnreachable},
		"502":             {502, "gzip", "0123456789", fault.ErrUnreachable},
		"503":             {503, "deflate", "0123456789", fault.ErrUnreachable},
	} {
		client := NewClient(Options{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			n := int64(min(len(c.body), 10))
			return respond(r, c.status, strings.NewReader(c.body), n, "Content-Range: bytes 0-9/100", "Content-Encoding: "+c.encoding), nil
		})})
		resp, err := client.Get(t.Context(), ask())
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if err != nil {
			continue
		}
		if b, err := io.ReadAll(resp); string(b) != c.body || err != nil {
			t.Errorf("%s: %q, %v", name, b, err)
		}
		resp.Close()
	}
}
