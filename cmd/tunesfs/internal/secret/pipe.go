package secret

import (
	"io"
	"os"
	"strings"
	"syscall"
)

// A daemon gets the secret from the process that starts it by a pipe, whose
// number the environment tells: neither its arguments nor its environment have
// the secret, and a file that can be read only once is read once.
const (
	PipeEnv = "TUNESFS_SECRET_FD"
	PipeFD  = "4"
)

// Pipe returns a pipe from which secret can be read.
func Pipe(secret string) (*os.File, error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(writer, strings.NewReader(secret)) // a pipe holds more than maxSecret
	writer.Close()
	if err != nil {
		reader.Close()
		return nil, err
	}
	return reader, nil
}

// Inherited returns the secret that this process was started with. found
// is whether it was.
func Inherited() (secret string, found bool, err error) {
	if takeEnv(PipeEnv) != PipeFD {
		return "", false, nil
	}
	syscall.CloseOnExec(4)
	pipe := os.NewFile(4, "secret")
	defer pipe.Close()
	data, err := io.ReadAll(io.LimitReader(pipe, maxSecret))
	return string(data), true, err
}
