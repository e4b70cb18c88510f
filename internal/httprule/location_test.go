package httprule

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestEscapeLocation(t *testing.T) {
	for location, want := range map[string]string{
		"":                               "",
		"/a.mp3":                         "/a.mp3",
		"/100%.mp3":                      "/100%25.mp3",
		"/100%25.mp3":                    "/100%25.mp3",
		"/100% pure.mp3":                 "/100%25%20pure.mp3",
		"/%zz%2f%":                       "/%25zz%2f%25",
		"/%2":                            "/%252",
		"%a":                             "%25a",
		"//a.test/50%/b":                 "//a.test/50%25/b",
		"http://a.test/50%/b?off=50%#9%": "http://a.test/50%25/b?off=50%#9%25",
		"http://a.test/b?off=5 %&x=é":    "http://a.test/b?off=5%20%&x=é",
		"http://a.test?off=%":            "http://a.test?off=%",
		"http://a.test/b?u=http://c/%":   "http://a.test/b?u=http://c/%",
		"/b?u=http://c.test/%":           "/b?u=http://c.test/%",
		"/tab\tbed\x7f":                  "/tab%09bed%7F",
		"12:30.mp3":                      "./12:30.mp3",
		"12:30%.mp3":                     "./12:30%25.mp3",
		"http://%zz/":                    "http://%zz/", // no address: a host has no such name
		"http://host:hush/":              "http://host:hush/",
		"caf\xe9.mp3":                    "caf\xe9.mp3",
	} {
		if got := EscapeLocation(location); got != want {
			t.Errorf("%q: %q, want %q", location, got, want)
		}
	}
}

// FuzzEscapeLocation checks that an address stays the one that it is.
func FuzzEscapeLocation(f *testing.F) {
	for _, seed := range []string{"/100%.mp3", "http://a.test/%/b?c=%#d%", "12:30.mp3", "//a.test", "mailto:a", "?%"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, location string) {
		escaped := EscapeLocation(location)
		if again := EscapeLocation(escaped); again != escaped {
			t.Errorf("%q becomes %q, then %q", location, escaped, again)
		}
		before, err := url.Parse(location)
		if err != nil {
			return
		}
		after, err := url.Parse(escaped)
		if err != nil || after.Path != before.Path || after.Host != before.Host || after.Fragment != before.Fragment {
			t.Errorf("%q becomes %q: %v, %v", location, escaped, after, err)
		}
	})
}

// A client follows a redirect to an address with a bare %.
func TestEscapeLocations(t *testing.T) {
	for location, want := range map[string]string{
		"/100%.mp3?off=5%": "/100%.mp3",
		"/a%20b":           "/a b",
		"12:30.mp3":        "/12:30.mp3",
	} {
		var asked string
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" {
				w.Header()["Location"] = []string{location}
				w.WriteHeader(http.StatusFound)
				return
			}
			asked = r.URL.Path
		}))
		client := http.Client{Transport: EscapeLocations(server.Client().Transport)}
		resp, err := client.Get(server.URL)
		if err != nil || asked != want {
			t.Errorf("%q: asked for %q, want %q: %v", location, asked, want, err)
		} else {
			resp.Body.Close()
		}
		server.Close()
	}
}

func TestEscapeQuery(t *testing.T) {
	for query, want := range map[string]string{
		"":                     "",
		"a=b&c=%20+;/?:@-._~!": "a=b&c=%20+;/?:@-._~!",
		"a=b c":                "a=b%20c",
		"a=5%":                 "a=5%",
		"q=\"<x>'#\t\x7f":      "q=%22%3Cx%3E%27%23%09%7F",
		"q=é":                  "q=%C3%A9",
		"q=\xe9":               "q=%E9",
		"[{|}]^`\\":            "[{|}]^`\\",
	} {
		if got := EscapeQuery(query); got != want {
			t.Errorf("%q: %q, want %q", query, got, want)
		}
	}
}

// A server gets a request line without a space or an odd byte in its query, be it of
// the first address or of one that a redirect led to.
func TestQueriesAsSent(t *testing.T) {
	const odd = "?t=a b\"<>'é&u=5%20%"
	const want = "?t=a%20b%22%3C%3E%27%C3%A9&u=5%20%"
	var lines []string
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			line, _ := bufio.NewReader(conn).ReadString('\n')
			lines = append(lines, strings.TrimSpace(line))
			answer := "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
			if len(lines) == 1 {
				answer = "HTTP/1.1 302 Found\r\nLocation: /b" + odd + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
			}
			_, _ = io.WriteString(conn, answer)
			conn.Close()
		}
	}()
	transport := &http.Transport{}
	client := http.Client{Transport: EscapeLocations(transport)}
	req, err := http.NewRequest(http.MethodGet, "http://"+l.Addr().String()+"/a"+odd, nil)
	if err != nil {
		t.Fatal(err)
	}
	before := req.URL.String()
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if req.URL.String() != before {
		t.Error("the request was changed")
	}
	l.Close()
	<-served
	if got := strings.Join(lines, "\n"); got != "GET /a"+want+" HTTP/1.1\nGET /b"+want+" HTTP/1.1" {
		t.Errorf("sent:\n%s", got)
	}
}
