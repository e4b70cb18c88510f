package owned

import (
	"os"
	"slices"
	"strconv"
	"strings"
)

// isPrivate reports whether a group has no member but the user and root: that many
// systems make for each user.
func isPrivate(uid, gid uint32) bool {
	users, err := os.ReadFile("/etc/passwd")
	if err != nil {
		return false
	}
	groups, err := os.ReadFile("/etc/group")
	if err != nil {
		return false
	}
	return privateIn(string(users), string(groups), uid, gid)
}

// privateIn is isPrivate by the text of passwd(5) and group(5). A group that these do
// not name, or that has another name than its user, may have members elsewhere.
func privateIn(users, groups string, uid, gid uint32) bool {
	id := func(text string) int64 {
		n, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			return -1
		}
		return int64(n)
	}
	var ours []string // the names of the user and of root
	for line := range strings.SplitSeq(users, "\n") {
		f := strings.Split(line, ":")
		if len(f) < 4 || id(f[2]) < 0 {
			continue
		}
		switch {
		case id(f[2]) == int64(uid) || id(f[2]) == 0:
			ours = append(ours, f[0])
		case id(f[3]) == int64(gid):
			return false // another user's primary group
		}
	}
	found := false
	for line := range strings.SplitSeq(groups, "\n") {
		f := strings.Split(line, ":")
		if len(f) < 4 || id(f[2]) != int64(gid) {
			continue
		}
		found = true
		if !slices.Contains(ours, f[0]) && gid != 0 {
			return false
		}
		for member := range strings.SplitSeq(f[3], ",") {
			if member = strings.TrimSpace(member); member != "" && !slices.Contains(ours, member) {
				return false
			}
		}
	}
	return found
}
