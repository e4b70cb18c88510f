package owned

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestJudge(t *testing.T) {
	const us, group, others = 1000, 1000, 1001
	u := user{uid: us, private: func(gid uint32) bool { return gid == group }}
	dir := fs.ModeDir
	for _, test := range []struct {
		name   string
		f      facts
		holder bool
		mend   string // "" for a folder that may be used
	}{
		{"ours", facts{uid: us, gid: group, mode: dir | 0o700}, false, ""},
		{"ours, read by all", facts{uid: us, gid: group, mode: dir | 0o755}, false, ""},
		{"root's", facts{uid: 0, gid: 0, mode: dir | 0o755}, false, ""},
		{"another user's", facts{uid: others, gid: group, mode: dir | 0o700}, false, "sudo chown 1000 /x"},
		{"another user's, sticky", facts{uid: others, mode: dir | fs.ModeSticky | 0o777}, true, "sudo chown 1000 /x"},
		{"of all", facts{uid: us, gid: group, mode: dir | 0o777}, false, "chmod go-w /x"},
		{"of all but the group", facts{uid: us, gid: group, mode: dir | 0o703}, false, "chmod go-w /x"},
		{"root's, of all", facts{uid: 0, mode: dir | 0o777}, true, "sudo chmod go-w /x"},
		{"sticky", facts{uid: 0, mode: dir | fs.ModeSticky | 0o777}, false, "sudo chmod go-w /x"},
		{"sticky, of folders", facts{uid: 0, mode: dir | fs.ModeSticky | 0o777}, true, ""},
		{"of our private group", facts{uid: us, gid: group, mode: dir | 0o775}, false, ""},
		{"of another group", facts{uid: us, gid: others, mode: dir | 0o770}, false, "chmod g-w /x"},
		{"of a list", facts{uid: us, gid: group, mode: dir | 0o770, listed: true}, false, "setfacl -b /x"},
		{"of a list that gives nothing", facts{uid: us, gid: group, mode: dir | 0o750, listed: true}, false, ""},
		{"our link", facts{uid: us, mode: fs.ModeSymlink | 0o777}, true, ""},
		{"root's link", facts{uid: 0, mode: fs.ModeSymlink | 0o777}, true, ""},
		{"another user's link", facts{uid: others, mode: fs.ModeSymlink | 0o777}, true, "sudo chown -h 1000 /x"},
	} {
		test.f.path = "/x"
		err := judge(test.f, u, test.holder)
		switch {
		case test.mend == "" && err != nil:
			t.Errorf("%s: %v", test.name, err)
		case test.mend != "" && (!errors.Is(err, ErrShared) || !strings.HasSuffix(err.Error(), "by: "+test.mend)):
			t.Errorf("%s: %v, want %q", test.name, err, test.mend)
		}
	}
}

func TestQuoted(t *testing.T) {
	for path, want := range map[string]string{
		"/a/b-c.d": "/a/b-c.d", "/a b": "'/a b'", "/it's": `'/it'\''s'`, "/$(x)": "'/$(x)'", "/é": "'/é'", "/a;b": "'/a;b'",
	} {
		if got := Quoted(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

func TestPrivateGroup(t *testing.T) {
	const users = "root:x:0:0::/:/bin/sh\nann:x:1000:1000::/:/bin/sh\nbob:x:1001:100::/:/bin/sh\ncy:x:1002:100::/:/bin/sh\nbad\n"
	const groups = "root:x:0:\nann:x:1000:\nusers:x:100:\nmusic:x:200:ann\nbob:x:1001:ann, bob\nshut:x:1000x:\n"
	for _, test := range []struct {
		uid, gid uint32
		want     bool
	}{
		{1000, 1000, true},  // its own, with no member
		{1000, 100, false},  // that of two others
		{1001, 100, false},  // shared
		{1000, 200, false},  // by another name: its members may be kept elsewhere
		{1001, 1001, false}, // with another member
		{1000, 300, false},  // of no name
		{1000, 0, true},     // root's
	} {
		if got := privateIn(users, groups, test.uid, test.gid); got != test.want {
			t.Errorf("user %d, group %d: %v, want %v", test.uid, test.gid, got, test.want)
		}
	}
	if privateIn(users, "root:x:0:bob\n", 1000, 0) {
		t.Error("root's group has another member, and is private")
	}
}

// Each folder on the way is looked at, through links.
func TestFolder(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can make a folder of another user's")
	}
	const other = 4242
	top := t.TempDir()
	at := func(names ...string) string { return filepath.Join(append([]string{top}, names...)...) }
	for _, make := range []struct {
		name string
		mode fs.FileMode
		uid  int
	}{
		{"ours", 0o700, 0}, {"ours/below", 0o755, 0},
		{"all", 0o777, 0}, {"all/below", 0o700, 0},
		{"sticky", 0o777 | fs.ModeSticky, 0}, {"sticky/below", 0o700, 0}, {"sticky/theirs", 0o700, other},
		{"theirs", 0o755, other}, {"theirs/below", 0o700, 0},
	} {
		if err := errors.Join(os.Mkdir(at(make.name), 0o700), os.Chmod(at(make.name), make.mode), os.Chown(at(make.name), make.uid, make.uid)); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{
		"link": "ours", "relative": "ours/../ours/below", "loop": "loop", "leads out": at("all"), "dangling": at("ours", "missing"),
		"sticky/planted": at("ours"),
	} {
		if err := os.Symlink(target, at(name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Lchown(at("sticky/planted"), other, other); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at("file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		path           string
		folder, holder bool // may be used as
	}{
		{at("ours"), true, true},
		{at("ours", "below"), true, true},
		{at("ours", "missing", "below"), true, true},
		{at("all"), false, false},
		{at("all", "below"), false, false},
		{at("all", "missing"), false, false},
		{at("sticky"), false, true},
		{at("sticky", "below"), true, true},
		{at("sticky", "theirs"), false, false},
		{at("sticky", "missing"), true, true},
		{at("sticky", "planted"), false, false},
		{at("sticky", "planted", "below"), false, false},
		{at("theirs", "below"), false, false},
		{at("link"), true, true},
		{at("link", "below"), true, true},
		{at("relative"), true, true},
		{at("leads out"), false, false},
		{at("dangling"), true, true},
		{at("loop"), false, false},
		{at("file"), false, false},
	} {
		if err := Folder(test.path); (err == nil) != test.folder {
			t.Errorf("Folder(%s): %v", test.path, err)
		}
		if err := Holder(test.path); (err == nil) != test.holder {
			t.Errorf("Holder(%s): %v", test.path, err)
		}
	}
}
