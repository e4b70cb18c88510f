//go:build linux

package main

// What users do to downloads that run. Each of these scripts begins with nothing cached, behind a server that takes
// seconds for $L: what is done to a download happens while it runs.
var controlTests = []struct{ name, script, want string }{
	{"by attribute", `
		setfattr -n user.tunesfs.control -v start "$L"; state
		setfattr -n user.tunesfs.control -v pause "$L"; state; ls -1 "$L".*
		setfattr -n user.tunesfs.control -v resume "$L"; state; ls -1 "$L".*
		setfattr -n user.tunesfs.control -v cancel "$L"; state; ls -1 "$D" | grep -c "$L"
		getfattr -n user.tunesfs.downloaded --only-values "$L"`, `downloading
paused
$L.cancel
$L.progress
$L.resume
downloading
$L.cancel
$L.pause
$L.progress
idle
1
0`},
	{"by sidecar", `
		setfattr -n user.tunesfs.control -v start "$L"; stat "$L" >/dev/null
		cat "$L.pause"; touch "$L.pause"; state; cat "$L.pause"
		touch "$L.resume"; state; : >"$L.pause"; state; echo >"$L.resume"; state
		echo 1 | tee "$L.pause"; state
		echo >"$L.cancel"; state`, `0
paused
1
downloading
paused
downloading
1
paused
idle`},
	{"by command", `
		tunesfs start "$L"; state
		tunesfs pause "$L"; state
		tunesfs status "$M" | sed 's/.* paused */paused /'
		tunesfs resume "$L" "$F"; state
		tunesfs cancel "$L" "$F"; state; tunesfs status "$M" 2>&1`, `downloading
paused
paused tones/$L
downloading
idle
tunesfs: nothing is under way`},
	{"reading means it", `
		exec 3<"$L"; head -c 300000 <&3 >/dev/null; until state | grep -q downloading; do sleep 0.1; done; state
		cat "$L.progress" | sed 's/^[0-9.]*//; s/ of .*/ of/'
		exec 3<&-; echo >"$L.cancel"; tail -c 1000 "$X" >/dev/null
		getfattr -n user.tunesfs.state --only-values "$X"`, `downloading
% of
idle`},
	{"words nobody knows", `
		! setfattr -n user.tunesfs.control -v play "$L" 2>&1
		! setfattr -n user.tunesfs.state -v complete "$L" 2>&1
		! setfattr -n user.tunesfs.color -v red "$L" 2>&1
		! setfattr -n user.color -v red "$L" 2>&1
		! getfattr -n user.tunesfs.color "$L" 2>&1`, `setfattr: $L: Invalid argument
setfattr: $L: Operation not permitted
setfattr: $L: Invalid argument
setfattr: $L: Operation not supported
$L: user.tunesfs.color: No such attribute`},
	{"nothing else can be changed", `
		! echo x 2>&1 >>"$L"; ! mv "$L" other 2>&1; ! ln -s "$L" other 2>&1; ! mkdir folder 2>&1; ! chmod 600 "$L" 2>&1
		sync "$L"; rm "$L.pause"`, `sh: 4: cannot create $L: Read-only file system
mv: cannot move '$L' to 'other': Read-only file system
ln: failed to create symbolic link 'other': Read-only file system
mkdir: cannot create directory 'folder': Read-only file system
chmod: changing permissions of '$L': Read-only file system`},
}
