package secret

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
)

// A file that is named comes before a credential of systemd, and that before the
// environment.
func TestWhereTheSecretIs(t *testing.T) {
	s, err := source.Parse("subsonic+https://ann@host/")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	named := filepath.Join(dir, "named")
	for path, secret := range map[string]string{named: "of the file\n", filepath.Join(dir, credentialName): "of the credential\n"} {
		if err := os.WriteFile(path, []byte(secret), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct{ file, credentials, env, want string }{
		{named, dir, "of the environment", "of the file"},
		{named, "", "of the environment", "of the file"},
		{"", dir, "of the environment", "of the credential"},
		{"", dir, "", "of the credential"},
		{"", t.TempDir(), "of the environment", "of the environment"}, // credentials for others
		{"", "", "of the environment", "of the environment"},
		{"", t.TempDir(), "", ""},
		{named + "x", dir, "of the environment", ""}, // what is named must be there
	} {
		t.Setenv(credentialsEnv, tt.credentials)
		t.Setenv(passwordEnv, tt.env)
		got, err := Find(s, tt.file, strings.NewReader("of the terminal\n"), nil)
		if got != tt.want || (err != nil) != (tt.want == "") {
			t.Errorf("%+v: %q, %v", tt, got, err)
		}
	}
}

func TestSecret(t *testing.T) {
	for data, want := range map[string]string{
		"x": "x", "x\n": "x", "x\r\n": "x", " x y ": " x y ", "": "", "\n": "", "a\nb": "", "a\x00": "", strings.Repeat("x", maxSecret+1): "",
	} {
		if got, err := oneSecret([]byte(data), "file"); got != want || (err != nil) != (want == "") || err != nil && strings.Contains(err.Error(), "a\n") {
			t.Errorf("%.20q: %.20q, %v", data, got, err)
		}
	}
}
