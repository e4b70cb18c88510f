package origin

import (
	"bytes"
	"io"
	"net/http"
)

// inlineResponse answers a request with a file that is known already, as a
// server does that sends no ranges.
func inlineResponse(req *http.Request, content []byte) *http.Response {
	return &http.Response{
		Status:        "200 OK",
		StatusCode:    http.StatusOK,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        http.Header{},
		ContentLength: int64(len(content)),
		Body:          io.NopCloser(bytes.NewReader(content)),
		Request:       req,
	}
}
