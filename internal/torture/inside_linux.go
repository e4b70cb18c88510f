package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
	"github.com/tunesfs/tunesfs/internal/torture/run"
)

// ruleSeparator stands between the rules of -only, which may have commas.
const ruleSeparator = ";"

// The files that a run leaves.
const (
	planName  = "plan.jsonl"
	traceName = "trace.jsonl"
	cellsName = "cells.txt"
	// findingName has the rule that was broken first, then a line for each finding.
	findingName = "finding.txt"
)

// runInside carries out one run in the namespaces and returns the exit code.
func runInside(ctx context.Context, o options) int {
	ctx, cancel := context.WithTimeout(ctx, o.time)
	defer cancel()
	res, p, err := once(ctx, o)
	fmt.Printf("seed %d: %d events, %d requests, %d remounts, %d findings, %.1f s\n",
		p.Setup.Seed, len(res.Events), res.Requests, res.Kills, len(res.Findings), res.Took.Seconds())
	if len(res.Findings) > 0 {
		report(os.Stdout, res)
	}
	if len(res.Findings) > 0 || o.out != "" || err != nil {
		if kept, kerr := keep(o, p, res); kerr != nil {
			fmt.Fprintln(os.Stderr, "torture:", kerr)
		} else {
			fmt.Println("kept in", kept)
		}
	}
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "torture:", err)
		return exitFailed
	case len(res.Findings) > 0:
		return exitFound
	}
	return 0
}

// once carries out the plan of the command line.
func once(ctx context.Context, o options) (run.Result, plan.Plan, error) {
	p, order, err := load(o)
	if err != nil {
		return run.Result{}, p, err
	}
	if err := settle(); err != nil {
		return run.Result{}, p, err
	}
	self, err := os.Executable()
	if err != nil {
		return run.Result{}, p, err
	}
	idle, err := startLoad(ctx, self, o.load)
	if err != nil {
		return run.Result{}, p, err
	}
	defer idle()
	res, err := run.Run(ctx, run.Options{Plan: p, Order: order, Binary: o.binary, Self: self, Dir: os.Getenv(workEnv), All: o.all,
		Debug: o.debug, Race: o.race, Processors: o.procs, Stretch: o.stretch,
		Ignore: rules(o.ignore, ","), Only: rules(o.only, ruleSeparator)})
	return res, p, err
}

// rules returns what a list of rules has.
func rules(list, separator string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, separator)
}

// load draws the plan, or reads it and the order of its trace.
func load(o options) (plan.Plan, history.Order, error) {
	if o.replay == "" {
		return o.wish.Draw(o.seed, o.ops), nil, nil
	}
	p, err := loadPlan(o.replay)
	if err != nil {
		return p, nil, err
	}
	events, err := loadTrace(filepath.Join(filepath.Dir(o.replay), traceName))
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil, nil
	}
	return p, history.OrderOf(events, p.Steps), err
}

// keep leaves plan, trace and log in a folder.
func keep(o options, p plan.Plan, res run.Result) (string, error) {
	dir := o.out
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", fmt.Sprintf("torture-seed%d-", p.Setup.Seed)); err != nil {
			return "", err
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	err := savePlan(filepath.Join(dir, planName), p)
	if len(res.Findings) > 0 {
		text := res.Findings[0].Rule + "\n"
		for _, f := range res.Findings {
			text += f.String() + "\n"
		}
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, findingName), []byte(text), 0o644))
	}
	err = errors.Join(err, saveTrace(filepath.Join(dir, traceName), res.Events))
	err = errors.Join(err, os.WriteFile(filepath.Join(dir, cellsName), formatCells(res.Cells), 0o644))
	for _, name := range []string{"log", "log2"} {
		if log, lerr := os.ReadFile(filepath.Join(os.Getenv(workEnv), name)); lerr == nil {
			err = errors.Join(err, os.WriteFile(filepath.Join(dir, name), log, 0o644))
		}
	}
	return dir, err
}
