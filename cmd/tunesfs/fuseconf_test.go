//go:build linux

package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestCheckAllowOther(t *testing.T) {
	conf := filepath.Join(t.TempDir(), "fuse.conf")
	if err := checkAllowOther(conf); err != errAllowOther {
		t.Errorf("without the file: %v", err)
	}
	for text, want := range map[string]error{
		"":                                  errAllowOther,
		"#user_allow_other\n":               errAllowOther,
		"mount_max = 9\nuser_allow_other":   nil,
		"# user_allow_other\n":              errAllowOther,
		" user_allow_other \nmount_max=1\n": nil,
	} {
		if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := checkAllowOther(conf); err != want {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
}
