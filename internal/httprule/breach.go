package httprule

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/textproto"
	"strings"
	"time"
)

// Breach returns, in words for a user, why a request that failed with err would fail
// again: the server's certificate or its TLS is refused, or its response is no HTTP.
// It returns "" for an error after which another attempt may help. now is the time by
// which certificates were judged. The words quote nothing that the server sent.
func Breach(err error, now time.Time) string {
	if err == nil {
		return ""
	}
	for _, words := range []string{certificateBreach(err, now), tlsBreach(err), httpBreach(err)} {
		if words != "" {
			return words
		}
	}
	return ""
}

// certificateBreach tells the flaws of a certificate.
func certificateBreach(err error, now time.Time) string {
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return expiryBreach(invalid.Cert, now)
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return "its certificate is for another name"
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "its certificate is from an unknown authority"
	}
	if _, ok := errors.AsType[x509.SystemRootsError](err); ok {
		return "there is no list of trusted authorities to check its certificate with"
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok || startsAnywhere(err, "x509: ") {
		return "its certificate is not valid"
	}
	return ""
}

// expiryBreach tells a certificate that is not valid yet from one that no longer is.
// The clock that says so may be the one that is wrong.
func expiryBreach(c *x509.Certificate, now time.Time) string {
	switch {
	case c == nil:
		return "its certificate has expired or is not yet valid: check the clock"
	case now.Before(c.NotBefore):
		return "certificate not yet valid: check the clock (it says " + now.UTC().Format(time.DateOnly) + ")"
	}
	return "its certificate expired on " + c.NotAfter.UTC().Format(time.DateOnly) +
		" (the clock says " + now.UTC().Format(time.DateOnly) + ")"
}

// tlsBreach tells a server that does not speak TLS, or refuses to.
func tlsBreach(err error) string {
	if errors.Is(err, http.ErrSchemeMismatch) {
		return "it speaks plain HTTP where HTTPS is expected"
	}
	if record, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		if string(record.RecordHeader[:]) == "HTTP/" {
			return "it speaks plain HTTP where HTTPS is expected"
		}
		return "it does not speak TLS"
	}
	op, ok := errors.AsType[*net.OpError](err)
	switch {
	case ok && op.Op == "remote error":
		return "it refuses a TLS connection: " + strings.TrimPrefix(op.Err.Error(), "tls: ")
	case ok && op.Op == "local error", startsAnywhere(err, "tls: ") && !errors.Is(err, net.ErrClosed):
		return "a TLS connection with it is not possible"
	}
	return ""
}

// malformed are the beginnings of the errors that net/http has for a response that is
// no HTTP. They have no types of their own.
var malformed = []string{
	"malformed HTTP ",
	"malformed response from server",
	"malformed chunked encoding",
	"malformed MIME header",
	"bad Content-Length",
	"invalid empty Content-Length",
	"http: message cannot contain multiple Content-Length headers",
	"bad trailer key",
	"invalid Trailer key",
	"http: suspiciously long trailer",
	"net/http: server response headers exceeded",
	"unsupported transfer encoding",
	"too many transfer encodings",
	"invalid byte in chunk length",
	"empty hex number for chunk length",
	"http chunk length too large",
	"chunked encoding contains too much non-data",
	"chunked line ends with bare LF",
	"invalid CR in chunked line",
	"header line too long",
	"message too large",
	"http2: frame too large",
	"http2: response header list larger",
	"connection error: PROTOCOL_ERROR",
	"connection error: FRAME_SIZE_ERROR",
	"connection error: COMPRESSION_ERROR",
}

// httpBreach tells a response that is no HTTP.
func httpBreach(err error) string {
	if startsAnywhere(err, `malformed HTTP response "\x15\x03`) {
		return "it speaks HTTPS where plain HTTP is expected"
	}
	if _, ok := errors.AsType[textproto.ProtocolError](err); ok || startsAnywhere(err, malformed...) {
		return "its response is malformed"
	}
	return ""
}

// IsMalformed reports whether a request or a body ended with err because what came is
// no HTTP. A head that was cut short is among that.
func IsMalformed(err error) bool { return err != nil && httpBreach(err) != "" }

// startsAnywhere reports whether the text of err, or of an error that it wraps, starts
// with one of some words.
func startsAnywhere(err error, words ...string) bool {
	for _, w := range words {
		if strings.HasPrefix(err.Error(), w) {
			return true
		}
	}
	switch e := err.(type) { //nolint:errorlint // it takes the error apart by hand
	case interface{ Unwrap() error }:
		return e.Unwrap() != nil && startsAnywhere(e.Unwrap(), words...)
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			if startsAnywhere(inner, words...) {
				return true
			}
		}
	}
	return false
}
