package pipeline

import (
	"context"
	"errors"
	"runtime"
	"sync"
)

// parallel does n jobs, as many at a time as there are cores to use (0: all) but at most so many; each has its share of the
// cores. What a job computes must not depend on its number of threads. The first error stops the others; it is preferred over the
// interruptions that follow from it.
func parallel(ctx context.Context, n, cores, most int, do func(ctx context.Context, job, threads int) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if cores == 0 {
		cores = runtime.GOMAXPROCS(0)
	}
	workers := max(1, min(cores, n, most))
	threads := max(1, cores/workers)
	var (
		mu   sync.Mutex
		errs []error
		wg   sync.WaitGroup
		next = make(chan int)
	)
	for range workers {
		wg.Go(func() {
			for i := range next {
				if err := do(ctx, i, threads); err != nil {
					mu.Lock()
					errs = append(errs, err)
					mu.Unlock()
					cancel()
				}
			}
		})
	}
	for i := range n {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	wg.Wait()
	return firstCause(ctx, errs)
}

// firstCause prefers the error that stopped the others over the interruptions that followed from it.
func firstCause(ctx context.Context, errs []error) error {
	for _, err := range errs {
		var stop *Interrupted
		if !errors.As(err, &stop) {
			return err
		}
	}
	if len(errs) > 0 {
		return errs[0]
	}
	if ctx.Err() != nil {
		return &Interrupted{}
	}
	return nil
}
