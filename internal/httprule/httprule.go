// Package httprule owns the rules of HTTP that the catalog client and the
// downloader both follow: where a redirect may lead, which headers and cookies may
// go with it, how long a server asks to wait, and which parts of a URL may be shown.
//
// It makes no request. It must never know music, files or the kernel, nor the
// errors of the packages that use it: they hand in their own. Bounds differ between
// the two sides, so each side states its own.
//
// Open redirect.go first, then location.go and jar.go, which a client needs to
// follow redirects as browsers do, url.go, which also tells one origin from
// another, and retryafter.go.
package httprule
