package config

import (
	"os/user"
	"strconv"
	"testing"
)

// Users and groups go by name or number, on the command line and in the configuration.
func TestOwners(t *testing.T) {
	me, err := user.Current()
	if err != nil {
		t.Skip(err)
	}
	group, err := user.LookupGroupId(me.Gid)
	if err != nil {
		t.Skip(err)
	}
	uid, _ := strconv.ParseInt(me.Uid, 10, 64)
	gid, _ := strconv.ParseInt(me.Gid, 10, 64)
	for _, test := range []struct {
		user, group string
		ok          bool
	}{
		{me.Username, group.Name, true},
		{me.Uid, me.Gid, true},
		{"no one here", "nor there", false},
		{"", "", false},
		{"1.5", "0x10", false},
	} {
		var u User
		var g Group
		if err := u.Set(test.user); (err == nil) != test.ok || test.ok && int64(u) != uid {
			t.Errorf("user %q: %d, %v", test.user, u, err)
		}
		if err := g.Set(test.group); (err == nil) != test.ok || test.ok && int64(g) != gid {
			t.Errorf("group %q: %d, %v", test.group, g, err)
		}
	}
	for _, text := range []string{"uid = " + me.Uid, "uid = \"" + me.Uid + "\"", "uid = \"" + me.Username + "\""} {
		c, err := parse("config.toml", []byte("[mount]\n"+text+"\n"))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		m := usual()
		c.mount.apply(m, func(string) bool { return false })
		if int64(m.UID) != uid {
			t.Errorf("%s is %d", text, m.UID)
		}
	}
}
