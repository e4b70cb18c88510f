// Package xdg owns the rule where the files of a user's tunesfs belong: the XDG
// base directory specification, and fixed folders for a process without a home,
// as at boot. Relative paths in the environment are ignored, as the specification
// asks for.
//
// It must never make a folder or look at one, nor know the files. Everything is in
// xdg.go.
package xdg

import "path/filepath"

// name is that of our folder below each base directory.
const name = "tunesfs"

// Config returns the folder of the user's configuration.
func Config(getenv func(string) string) string {
	return folder(getenv, "XDG_CONFIG_HOME", ".config", "/etc")
}

// Cache returns the folder of data that can be had again.
func Cache(getenv func(string) string) string {
	return folder(getenv, "XDG_CACHE_HOME", ".cache", "/var/cache")
}

// State returns the folder of data that lasts, such as logs. A process without a
// home gets a folder in otherwise.
func State(getenv func(string) string, otherwise string) string {
	return folder(getenv, "XDG_STATE_HOME", filepath.Join(".local", "state"), otherwise)
}

// RuntimeBase returns the base directory of files that live as long as the user's
// session, or "" if there is none. It is not our own folder.
func RuntimeBase(getenv func(string) string) string {
	if dir := getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
		return dir
	}
	return ""
}

// folder returns our folder below the base directory that a variable names, below
// home, or below otherwise.
func folder(getenv func(string) string, variable, belowHome, otherwise string) string {
	if dir := getenv(variable); filepath.IsAbs(dir) {
		return filepath.Join(dir, name)
	}
	if home := getenv("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, belowHome, name)
	}
	return filepath.Join(otherwise, name)
}
