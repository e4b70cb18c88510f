package world

import (
	"net/http"
	"net/url"
	"strconv"
	"sync"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// redirects are the chains of redirects that programs were sent along. A program may
// remember the end of a chain, and ask there from then on: another chain begins there.
// The addresses of a chain name it, so that of one address many may be known.
type redirects struct {
	mu    sync.Mutex
	named int            // guarded by mu; chains so far
	ended map[string]int // guarded by mu; the hop of each chain that was answered with something else
	most  int            // guarded by mu; redirects that anybody followed in a row
}

// What the address of a hop says.
const (
	hopKey   = "hop"   // how many redirects lead to it, over all chains
	chainKey = "chain" // which chain it is of
	firstKey = "first" // the hop at which that chain began
)

// A hop is an address that a redirect may have led to.
type hop struct {
	number int    // of redirects from the address that has none
	chain  string // "" for that address
	first  int    // number of the address where the chain began
}

// hopOf returns what an address says.
func hopOf(uri *url.URL) hop {
	query := uri.Query()
	number, _ := strconv.Atoi(query.Get(hopKey)) // 0 without any
	first, _ := strconv.Atoi(query.Get(firstKey))
	return hop{number, query.Get(chainKey), first}
}

// fault sends those who ask from address to address, until hops redirects lead there from
// the address that has none.
func (r *redirects) fault(hops int) fetchtest.Fault {
	return func(resp *fetchtest.Response) {
		uri, err := url.ParseRequestURI(resp.Request.URI)
		if err != nil {
			return
		}
		at := hopOf(uri)
		if at.number >= hops {
			return
		}
		next := r.next(at)
		query := uri.Query()
		query.Set(hopKey, strconv.Itoa(next.number))
		query.Set(chainKey, next.chain)
		query.Set(firstKey, strconv.Itoa(next.first))
		uri.RawQuery = query.Encode()
		fetchtest.Status(http.StatusFound, "Location", uri.String())(resp)
	}
}

// next returns the hop after one: of its chain or, at the end of that, of another.
func (r *redirects) next(at hop) hop {
	r.mu.Lock()
	defer r.mu.Unlock()
	if end, ended := r.ended[at.chain]; at.chain == "" || ended && at.number >= end {
		r.named++
		at.chain, at.first = strconv.Itoa(r.named), at.number
	}
	at.number++
	return at
}

// note counts the redirects that led to a request, and notes the end of its chain.
func (r *redirects) note(resp *fetchtest.Response) {
	uri, err := url.ParseRequestURI(resp.Request.URI)
	if err != nil {
		return
	}
	at := hopOf(uri)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended == nil {
		r.ended = map[string]int{}
	}
	if _, ended := r.ended[at.chain]; ended {
		return // it was asked directly, as what is remembered
	}
	r.most = max(r.most, at.number-at.first)
	if at.chain != "" && resp.Header.Get("Location") == "" {
		r.ended[at.chain] = at.number
	}
}

// Hops returns how many redirects in a row anybody followed at most since the last call.
func (w *World) Hops() int {
	r := &w.redirects
	r.mu.Lock()
	defer r.mu.Unlock()
	most := r.most
	r.most = 0
	return most
}
