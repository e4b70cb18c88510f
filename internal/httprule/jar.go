package httprule

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
)

const (
	maxCookies = 50      // of one chain of redirects, as many as browsers hold for a host
	maxCookie  = 4 << 10 // longest name and value of one together, in bytes
)

// A Jar holds the cookies that a chain of redirects sets, and sends each back to
// the host that set it and no other (RFC 6265 section 5.4, without its domains).
// It is for one call of http.Client.Do, so that no cookie outlasts its chain. The
// zero value is empty.
type Jar struct {
	hosts map[string]*cookiejar.Jar // by host and port
	count int                       // of cookies in hosts
	sent  bool
}

// SetCookies implements http.CookieJar.
func (j *Jar) SetCookies(from *url.URL, cookies []*http.Cookie) {
	for _, c := range cookies {
		if j.count >= maxCookies || len(c.Name)+len(c.Value) > maxCookie {
			continue
		}
		if from.Scheme == "https" {
			c.Secure = true // MayCarry's rule: nothing goes from TLS into the clear
		}
		if j.hosts == nil {
			j.hosts = make(map[string]*cookiejar.Jar)
		}
		if j.hosts[from.Host] == nil {
			j.hosts[from.Host], _ = cookiejar.New(nil) // never fails
		}
		j.count++
		j.hosts[from.Host].SetCookies(from, []*http.Cookie{c})
	}
}

// Cookies implements http.CookieJar.
func (j *Jar) Cookies(to *url.URL) (cookies []*http.Cookie) {
	if jar := j.hosts[to.Host]; jar != nil {
		cookies = jar.Cookies(to)
	}
	j.sent = len(cookies) > 0
	return cookies
}

// Sent reports whether the last request of the chain carried a cookie of the jar,
// so that its address alone may not be enough to ask there again.
func (j *Jar) Sent() bool { return j.sent }
