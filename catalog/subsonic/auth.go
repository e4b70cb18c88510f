package subsonic

import (
	"context"
	"crypto/md5"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
)

// What Options.Auth may be.
const (
	authToken    = "token"
	authPassword = "password"
)

// An auth signs calls. It begins with a token and may find that a server wants
// the password.
type auth struct {
	user, secret string // without user, secret is an API key
	mayFallBack  bool   // the password itself may be sent
	plain        atomic.Bool
	proven       atomic.Bool // a call was accepted, or there is nothing to find out
}

func newAuth(opt Options, base *url.URL) (*auth, error) {
	if opt.Secret == "" {
		return nil, errors.New("subsonic: neither a password nor an API key")
	}
	a := &auth{user: opt.User, secret: opt.Secret}
	a.plain.Store(opt.Auth == authPassword)
	a.mayFallBack = opt.Auth == "" && isPrivate(base)
	a.proven.Store(opt.Auth != "" || opt.User == "")
	return a, nil
}

// isPrivate reports whether nobody can listen to what is sent to a server.
func isPrivate(u *url.URL) bool {
	return u.Scheme == "https" || u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback()
}

// params returns what a call sends to sign in. A password never goes out as it
// is read: encoding it hides it from a glance at a server's log, no more.
func (a *auth) params() url.Values {
	switch {
	case a.user == "":
		return url.Values{"apiKey": {a.secret}}
	case a.plain.Load():
		return url.Values{"u": {a.user}, "p": {"enc:" + hex.EncodeToString([]byte(a.secret))}}
	}
	salt := rand.Text()
	return url.Values{"u": {a.user}, "t": {token(a.secret, salt)}, "s": {salt}}
}

// token returns what proves that one knows a password. MD5 is the protocol's
// choice: https://opensubsonic.netlify.app/docs/api-reference/.
func token(password, salt string) string {
	sum := md5.Sum([]byte(password + salt))
	return hex.EncodeToString(sum[:])
}

// sendsTokens reports whether calls are signed by tokens now.
func (a *auth) sendsTokens() bool { return a.user != "" && !a.plain.Load() }

// fallBack has calls send the password from now on. It reports false if they
// must not.
func (a *auth) fallBack() bool {
	if a.mayFallBack {
		a.plain.Store(true)
	}
	return a.mayFallBack
}

// hashes are what tokens look like.
var hashes = regexp.MustCompile("[0-9a-fA-F]{32,}")

// scrub takes the secret, and what stands for it, out of a server's words.
func (a *auth) scrub(words string) string {
	for _, form := range []string{
		url.QueryEscape(a.secret), url.PathEscape(a.secret), hex.EncodeToString([]byte(a.secret)), a.secret,
	} {
		words = strings.ReplaceAll(words, form, "***")
	}
	return hashes.ReplaceAllLiteralString(words, "***")
}

// settle finds out how to sign in, if no call has yet.
func (s *Source) settle(ctx context.Context) error {
	if s.auth.proven.Load() {
		return nil
	}
	_, err := s.call(ctx, "ping", nil)
	return err
}
