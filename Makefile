# The two commands are demo and test; each needs only Go and /dev/fuse.

.PHONY: demo test build check

demo:
	go run ./cmd/tunesfs demo

test:
	go test ./...

build:
	go build -o bin/tunesfs ./cmd/tunesfs

# check is everything that must hold before a change goes in.
check:
	.ci/run
