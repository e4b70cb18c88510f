package main

import (
	"errors"
	"os"
	"runtime"
	"strings"
)

// fuseConf is where root says what ordinary users may ask of fusermount3:
// mount.fuse3(8).
const fuseConf = "/etc/fuse.conf"

// errAllowOther is an ordinary user's --allow-other that root has not allowed.
var errAllowOther = errors.New("--allow-other is not allowed to ordinary users")

// checkAllowOther returns why an ordinary user's mount cannot be shown to
// others. A file that cannot be read is for fusermount3 to judge.
func checkAllowOther(conf string) error {
	if runtime.GOOS != "linux" {
		return nil
	}
	text, err := os.ReadFile(conf)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil
	}
	for line := range strings.Lines(string(text)) {
		if strings.TrimSpace(line) == "user_allow_other" {
			return nil
		}
	}
	return errAllowOther
}
