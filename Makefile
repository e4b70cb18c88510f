# The two commands are demo and test; each needs only Go and /dev/fuse. demo starts the
# terminal app on the embedded catalog, and removes everything when you press q.

.PHONY: demo tour test torture build check clients bench-peers

BIN = bin/tunesfs

demo:
	go build -o bin/tunesfs ./cmd/tunesfs && exec bin/tunesfs demo

# tour is the demo's tour taken by itself: it prints each command and what that
# prints, and ends.
tour:
	go run ./cmd/tunesfs demo --tour

# To keep results go test would look again at all files that the tests opened: 14 million
# names for fetch alone, which takes minutes.
test:
	go test -count=1 -timeout 30m ./...

# torture uses a mount as many programs at once do while everything around it fails,
# and judges every answer; Linux only, as root. ARGS has its flags: make torture
# ARGS="-seed 7 -ops 2000". CONTRIBUTING.md says more.
torture:
	go run ./internal/torture $(ARGS)

# build makes a release: no path of this machine is in it, and no C library is needed.
# CGO_ENABLED=1 make build has names looked up by the system; README.md says more.
build:
	CGO_ENABLED=$${CGO_ENABLED:-0} go build -trimpath -o $(BIN) ./cmd/tunesfs

# check is everything that must hold before a change goes in.
check:
	.ci/run

# clients drives players, indexers, file managers and copies through real mounts, and
# writes fs/clients.md; on Debian, as root. ARGS chooses: make clients
# ARGS="-clients.run mpd".
clients:
	.ci/clients $(ARGS)

# bench-peers compares with curl and, where they are installed, aria2c, rclone
# and HTTPDirFS; Linux only. It takes some minutes and prints a table.
bench-peers:
	go test -run '^$$' -bench . -benchtime 1x -timeout 30m ./cmd/tunesfs/internal/peers
	go test -run '^$$' -bench '^BenchmarkOpen$$' -benchtime 5x ./fetch
