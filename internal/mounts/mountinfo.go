package mounts

import (
	"strconv"
	"strings"
)

// parseMountinfo picks our mounts from /proc/self/mountinfo, whose form is in
// proc_pid_mountinfo(5): after a lone hyphen come type, source and the options
// of the superblock.
func parseMountinfo(text string) []Mount {
	var ours []Mount
	for line := range strings.Lines(text) {
		before, after, ok := strings.Cut(line, " - ")
		place, super := strings.Fields(before), strings.Fields(after)
		if !ok || len(place) < 5 || len(super) < 3 || super[0] != "fuse."+Type {
			continue
		}
		ours = append(ours, Mount{
			ID:     place[0],
			Dir:    unescape(place[4]),
			Source: unescape(super[1]),
			UID:    mountUser(super[2]),
			Device: place[2],
		})
	}
	return ours
}

// mountUser returns the user_id among options, or -1.
func mountUser(options string) int {
	for option := range strings.SplitSeq(options, ",") {
		if id, ok := strings.CutPrefix(option, "user_id="); ok {
			if uid, err := strconv.Atoi(id); err == nil {
				return uid
			}
		}
	}
	return -1
}

// unescape undoes the kernel's escapes: a backslash and three octal
// digits for a space, tab, newline and backslash.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if c, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(c))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
