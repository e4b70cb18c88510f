package owned

import (
	"fmt"
	"os"
	"strings"
	"sync"
)

// overflow is the id that the kernel shows for users whom a user namespace does not
// name, unless an administrator chose another: user_namespaces(7).
const overflow = 65534

// uidMap returns which users this process's user namespace names.
var uidMap = sync.OnceValue(func() string {
	text, err := os.ReadFile("/proc/self/uid_map")
	if err != nil {
		return "0 0 4294967295" // all: nothing is taken for root's
	}
	return string(text)
})

// isUnnamed reports whether uid stands for a user outside of this user namespace: root is
// one of them there, and cannot be told from the others.
func isUnnamed(uid uint32) bool { return uid == overflow && !names(uidMap(), uid) }

// names reports whether a map of ids, with lines of the first id inside, the first
// outside and their number, names uid.
func names(idMap string, uid uint32) bool {
	for line := range strings.Lines(idMap) {
		var inside, outside, count uint64
		if n, _ := fmt.Sscan(line, &inside, &outside, &count); n == 3 && inside <= uint64(uid) && uint64(uid) < inside+count {
			return true
		}
	}
	return false
}
