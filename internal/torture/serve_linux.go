package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/plan"
	"github.com/tunesfs/tunesfs/internal/torture/world"
)

// serve has the origin of a plan for people until ctx ends: it prints, as lines of a
// shell, where that is, and changes it when they ask for the number of a step.
func serve(ctx context.Context, name string) error {
	p, err := loadPlan(name)
	if err != nil {
		return err
	}
	begun := time.Now()
	w, err := world.New(p.Setup, func() time.Duration { return time.Since(begun) })
	if err != nil {
		return err
	}
	defer w.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := &http.Server{Handler: changer(w, p), ReadHeaderTimeout: time.Minute}
	defer context.AfterFunc(ctx, func() { _ = s.Close() })()
	fmt.Printf("export TUNESFS_PASSWORD='%s'\n", w.Secret())
	flags := strings.Join(append(w.Flags(), p.Setup.Flags...), " ")
	fmt.Printf("source='%s' control='http://%s' flags=(%s)\n# ready\n", w.Source("127.0.0.1"), l.Addr(), flags)
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// changer carries out the step whose number is the path of a request.
func changer(w *world.World, p plan.Plan) http.Handler {
	steps := map[int]plan.Step{}
	for _, s := range p.Steps {
		steps[s.ID] = s
	}
	return http.HandlerFunc(func(resp http.ResponseWriter, req *http.Request) {
		id, err := strconv.Atoi(strings.Trim(req.URL.Path, "/"))
		if _, known := steps[id]; err != nil || !known {
			http.Error(resp, "no such step", http.StatusNotFound)
			return
		}
		if changes, err := w.Change(steps[id]); err != nil || !changes {
			fmt.Fprintf(os.Stderr, "torture: step %d: %s %s is for a replay alone: %v\n", id, steps[id].Do, steps[id].Fault, err)
			http.Error(resp, "for a replay alone", http.StatusNotImplemented)
		}
	})
}
