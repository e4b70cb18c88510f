//go:build linux

package clients

// Parts of scripts that start what a program needs, or wait for it.
const (
	// asOther has $as run a program as another user, with a home.
	asOther = `mkdir -m 777 home; as="env HOME=$T/home XDG_CONFIG_HOME=$T/home XDG_CACHE_HOME=$T/home XDG_DATA_HOME=$T/home XDG_RUNTIME_DIR=$T/home
			setpriv --reuid=65534 --regid=65534 --clear-groups"
		`

	// settled makes a script that waits until that many files were opened, and none was read
	// for 8 seconds. Programs with a window do not say when they have looked at all.
	settled = `cat >settled <<'END'
until test "$(grep -o 'is opened.*path="[^"]*"' "$L" | sed 's/.*path=//' | sort -u | wc -l)" -ge "$1"; do sleep 0.5; done
lines=; until test "$(wc -l <"$L")" = "$lines"; do lines=$(wc -l <"$L"); sleep 8; done
END
		`

	startCmus = `mkdir -p config/cmus
		tmux -S tmux new-session -d -x 120 -y 40 "cmus --listen '$T/socket'"
		until timeout 1 cmus-remote --server "$T/socket" -C 2>/dev/null; do tmux -S tmux send-keys Enter; sleep 0.2; done # it may show an error first
		`

	// startPulse starts a sound card without sound, which keeps time.
	startPulse = `printf 'load-module module-null-sink\nload-module module-native-protocol-unix socket=%s\n' "$T/pulse" >pulse.pa
		export PULSE_SERVER=unix:$T/pulse
		pulseaudio -n --daemonize=no --exit-idle-time=-1 -F pulse.pa >pulse.out 2>&1 & until pactl info >/dev/null 2>&1; do sleep 0.1; done
		`

	startSamba = `mkdir -p samba got
		cat >smb.conf <<END
[global]
	server role = standalone server
	map to guest = Bad User
	guest account = root
	smb ports = 18445
	bind interfaces only = yes
	interfaces = lo
	private dir = $T/samba
	lock directory = $T/samba
	state directory = $T/samba
	cache directory = $T/samba
	pid directory = $T/samba
	ncalrpc dir = $T/samba/rpc
	log file = $T/samba/log
	disable spoolss = yes
	load printers = no
[music]
	path = $D
	guest ok = yes
END
		smbd -F --no-process-group -s "$T/smb.conf" </dev/null >smbd.out 2>&1 &
		until smbclient -N -p 18445 //127.0.0.1/music -c 'ls' >/dev/null 2>&1; do sleep 0.2; done
		`
)

// startMPD returns a script that starts MPD, with a folder of music or with none.
func startMPD(music string) string {
	if music != "" {
		music = `music_directory "` + music + `"`
	}
	return `mkdir lists
		cat >conf <<END
` + music + `
playlist_directory "$T/lists"
db_file "$T/db"
log_file "$T/log"
bind_to_address "$T/socket"
zeroconf_enabled "no"
audio_output {
	type "null"
	name "silence"
}
END
		mpd --no-daemon conf 2>err & export MPD_HOST="$T/socket"; until mpc -q 2>/dev/null; do sleep 0.1; done
		`
}
