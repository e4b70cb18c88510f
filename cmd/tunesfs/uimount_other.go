//go:build !linux

package main

import "syscall"

// endWithParent is nothing here: the child outlives a process that is killed.
func endWithParent() *syscall.SysProcAttr { return nil }
