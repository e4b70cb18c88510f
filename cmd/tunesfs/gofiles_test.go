package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// goFiles compares two folders through package os, as any program in Go might:
// with Stat, ReadDir, ReadAt, Seek and WriteTo.
func goFiles() {
	if err := compareFolders(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func compareFolders(shown, real string) error {
	entries, err := os.ReadDir(real)
	if err != nil {
		return err
	}
	for _, e := range entries {
		want, err := os.ReadFile(filepath.Join(real, e.Name()))
		if err != nil {
			return err
		}
		if err := compareFile(filepath.Join(shown, e.Name()), want); err != nil {
			return err
		}
	}
	fmt.Println(len(entries), "files")
	return nil
}

func compareFile(path string, want []byte) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Size() != int64(len(want)) || !info.Mode().IsRegular() {
		return fmt.Errorf("%s: %v, %w", path, info, err)
	}
	middle := make([]byte, 10_000)
	at := int64(len(want) / 2)
	if _, err := f.ReadAt(middle, at); err != nil || !bytes.Equal(middle, want[at:at+int64(len(middle))]) {
		return fmt.Errorf("%s: ReadAt in the middle: %w", path, err)
	}
	if _, err := f.Seek(-100, io.SeekEnd); err != nil {
		return err
	}
	if tail, err := io.ReadAll(f); err != nil || !bytes.Equal(tail, want[len(want)-100:]) {
		return fmt.Errorf("%s: the last bytes: %w", path, err)
	}
	whole, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(whole, want) {
		return fmt.Errorf("%s: ReadFile: %w", path, err)
	}
	return nil
}
