// Package secret owns the password or API key that a catalog asks for: where it
// is looked for, how the terminal is asked, and how a daemon gets it.
//
// It must never write a secret to a file, an argument or a log, and knows no
// catalog's protocol. Open secret.go first.
package secret

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
	"github.com/tunesfs/tunesfs/internal/terminal"
)

// Where a password or an API key is looked for, besides a file that the user
// names: never among the arguments, which every user of the machine can read.
const (
	passwordEnv = "TUNESFS_PASSWORD"

	// credentialName is that of a systemd credential, as LoadCredential= gives
	// it to a service: https://systemd.io/CREDENTIALS/.
	credentialName = "tunesfs"
	credentialsEnv = "CREDENTIALS_DIRECTORY"
)

// maxSecret is the longest secret, in bytes.
const maxSecret = 4 << 10

// errNoSecret is a catalog that asks for a secret which nobody gave.
var errNoSecret = errors.New("no password")

// Find returns what a catalog asks for, "" if it asks for nothing: from
// the file that was named, a systemd credential, the environment or, at last,
// whoever sits at the terminal.
func Find(s source.Source, file string, stdin io.Reader, stderr io.Writer) (string, error) {
	fromEnv := takeEnv(passwordEnv) // whatever for, no child of ours is to have it
	credential := filepath.Join(os.Getenv(credentialsEnv), credentialName)
	switch {
	case !s.SignsIn() && file != "":
		return "", source.Errorf("%s: takes no password", s.Scheme)
	case !s.SignsIn():
		return "", nil
	case file != "":
		return readSecret(file, "the file of --password-file") // not its name: that may be the password
	case os.Getenv(credentialsEnv) != "" && exists(credential):
		return readSecret(credential, "the credential "+credentialName)
	case fromEnv != "":
		return oneSecret([]byte(fromEnv), passwordEnv)
	case terminal.Is(stdin):
		return askSecret(stdin, stderr, s)
	}
	return "", fmt.Errorf("%w for %s; name a file that holds it with --password-file, or set %s", errNoSecret, s.Place(), passwordEnv)
}

// takeEnv returns a variable of the environment and takes it out of that.
func takeEnv(name string) string {
	value := os.Getenv(name)
	os.Unsetenv(name)
	return value
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// readSecret returns the secret that a file holds. Errors call the file name, and never
// repeat its path.
func readSecret(path, name string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", readError(name, err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxSecret+1))
	if err != nil {
		return "", readError(name, err)
	}
	return oneSecret(data, name)
}

// readError says why the file that is called name cannot be read, without its path.
func readError(name string, err error) error {
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		err = failed.Err
	}
	return fmt.Errorf("cannot read the password: %s: %w", name, err)
}

// oneSecret returns what stands on the one line of data, which is from a file or
// a variable of some name.
func oneSecret(data []byte, from string) (string, error) {
	text := strings.TrimRight(string(data), "\r\n")
	switch {
	case text == "":
		return "", fmt.Errorf("%w in %s: it is empty", errNoSecret, from)
	case len(data) > maxSecret:
		return "", fmt.Errorf("%w in %s: it holds more than %d bytes", errNoSecret, from, maxSecret)
	case strings.ContainsAny(text, "\r\n\x00"):
		return "", fmt.Errorf("%w in %s: it holds more than one line", errNoSecret, from)
	}
	return text, nil
}
