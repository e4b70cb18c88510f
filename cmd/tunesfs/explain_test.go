package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs"
)

// Every reason why a mount fails comes with what to do about it.
func TestExplainMount(t *testing.T) {
	for reason, advice := range map[error]string{
		os.ErrNotExist:       "mkdir",
		fs.ErrNotDirectory:   "name a folder",
		fs.ErrNotEmpty:       "name an empty one",
		fs.ErrAlreadyMounted: "tunesfs unmount /m",
		fs.ErrNoDevice:       "modprobe fuse",
		fs.ErrDeviceDenied:   "chmod 666 /dev/fuse",
		fs.ErrNotYours:       "home folder",
		errAllowOther:        "user_allow_other",
		fs.ErrNoHelper:       "install the package fuse3",
	} {
		got := explainMount(fmt.Errorf("/m: %w", reason), "/m").Error()
		before, after, ok := strings.Cut(got, "; ")
		if !ok || !strings.Contains(before, reason.Error()) || !strings.Contains(after, advice) {
			t.Errorf("%v is explained as %q; want the reason, then %q", reason, got, advice)
		}
	}
	if err := explainMount(nil, "/m"); err != nil {
		t.Errorf("success is explained as %v", err)
	}
}

func TestExplainStore(t *testing.T) {
	for _, reason := range []error{fetch.ErrLocked, os.ErrPermission} {
		got := explainStore(reason, source.Source{Scheme: "demo"}, "/c").Error()
		before, after, _ := strings.Cut(got, "; ")
		if !strings.Contains(before, reason.Error()) || !strings.Contains(after, "--cache-dir") {
			t.Errorf("%v is explained as %q", reason, got)
		}
	}
}
