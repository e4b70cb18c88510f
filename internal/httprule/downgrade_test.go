package httprule

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Each of the first hosts is told of once, and of the others that there are more.
func TestDowngradesAreBounded(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	to := &http.Request{URL: &url.URL{Scheme: "http", Host: "clear.test"}}
	var downgrades Downgrades
	for range 2 {
		for i := range 2 * maxDowngrades {
			downgrades.Warn(logger, to, &http.Request{URL: &url.URL{Scheme: "https", Host: fmt.Sprintf("host%d.test", i)}})
		}
	}
	hosts, more := strings.Count(log.String(), "to=clear.test"), strings.Count(log.String(), "no more of them")
	if hosts != maxDowngrades || more != 1 || strings.Count(log.String(), "\n") != maxDowngrades+1 {
		t.Errorf("of %d hosts and %d times of more: %s", hosts, more, &log)
	}
}
