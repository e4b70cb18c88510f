package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

// A search that was called off ends as interrupted programs do.
func TestSearchInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	err := run(ctx, []string{"search", "demo:", "bach"}, strings.NewReader(""), &out, &errs)
	if code := exitCode(err); code != exitInterrupted || out.Len() > 0 {
		t.Errorf("%v, code %d, printed %q", err, code, &out)
	}
}
