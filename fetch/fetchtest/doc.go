// Package fetchtest provides a programmable HTTP origin for tests of
// downloaders, as net/http/httptest does for clients at large: files of any
// size that cost no memory, validators, ranges, a link with latency and rates,
// every fault a server can show, and counters that say what was really sent.
//
//	o := fetchtest.New(t, fetchtest.File{Name: "a.m4a", Content: fetchtest.Random(1, 50<<20)})
//	o.SetLink(fetchtest.Link{RTT: 50 * time.Millisecond, ConnRate: 1e6})
//	o.Fault(fetchtest.Nth(2), fetchtest.ResetAfter(4096))
//	... fetch o.URL("a.m4a") ...
//	if err := fetchtest.Check(o.Content("a.m4a"), 0, got); err != nil { t.Fatal(err) }
//
// It owns the server and its faults. It must never know the downloader that is
// tested. Open origin.go first, then response.go, which says what is sent, and
// send.go, which sends it. fault.go makes faults strike the requests that a
// condition of when.go matches; fault_body.go has those of headers and bodies,
// fault_timing.go those of pauses, rates and cuts. stats.go
// has the counters and the requests so far, and waits for them; ledger.go counts.
// redirect.go and sign.go have the addresses that lead elsewhere or expire.
//
// # How a response comes about
//
//	request -> record (Requests) -> plan: the right Response for the file as it is now
//	                                  |   every Fault whose When matches edits the Response
//	                                  v
//	                                send: waits, head, body in paced grains, the cut
//
// A Fault is therefore no more than a function that edits a Response, and the
// ready-made ones are short enough to serve as examples for others.
//
// # The four origins
//
// New listens on 127.0.0.1 and speaks HTTP/1.1; NewTLS adds TLS and HTTP/2.
// NewLocal and NewLocalTLS are the same without sockets: their connections are
// pipes. Tests use them in a bubble of testing/synctest, where the latency and the
// rates cost no time. Every one is reached through Transport, and is an
// http.Handler as well.
package fetchtest
