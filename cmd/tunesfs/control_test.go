package main

import (
	"errors"
	"syscall"
	"testing"
)

// What a mount answers to a verb is told in words, and the rest as it is.
func TestExplainControl(t *testing.T) {
	for err, want := range map[error]string{
		syscall.EBUSY:    "the file is in use",
		syscall.EACCES:   "only the owner of the mount may do that",
		syscall.EPERM:    "only the owner of the mount may do that",
		syscall.EINVAL:   "it takes no commands; name a track or a folder of tracks",
		syscall.ENOTSUP:  "it takes no commands; name a track or a folder of tracks",
		syscall.ENOTCONN: "the mount is dead; unmount it",
		syscall.ENOENT:   "no such file or directory",
		errors.New("x"):  "x",
	} {
		if got := explainControl(err).Error(); got != want {
			t.Errorf("%v is explained as %q, want %q", err, got, want)
		}
	}
	if err := explainControl(nil); err != nil {
		t.Errorf("success is explained as %v", err)
	}
}
