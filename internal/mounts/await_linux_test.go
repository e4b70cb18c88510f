package mounts

import "testing"

// A mount that left the table before anybody watched has gone all the same.
func TestGoneBefore(t *testing.T) {
	if err := AwaitGone(t.Context(), "no mount has this id"); err != nil {
		t.Error(err)
	}
}
