package data

import "iter"

// InOrder works on many things with so many workers at a time and hands over the results in the order of the things. At most
// two things a worker are in memory. work gets the number of its worker, from 0; emit runs in the caller's goroutine. The
// first error, in the order of the things, ends it all.
func InOrder[A, B any](workers int, things iter.Seq2[A, error], work func(worker int, a A) (B, error), emit func(B) error) error {
	type outcome struct {
		b   B
		err error
	}
	type job struct {
		a   A
		out chan outcome
	}
	workers = max(1, workers)
	jobs, order, stop := make(chan job), make(chan chan outcome, workers), make(chan struct{})
	defer close(stop)
	for w := range workers {
		go func() {
			for j := range jobs {
				b, err := work(w, j.a)
				j.out <- outcome{b, err}
			}
		}()
	}
	go func() {
		defer close(order)
		defer close(jobs)
		for a, err := range things {
			j := job{a, make(chan outcome, 1)}
			if err != nil {
				j.out <- outcome{err: err}
			}
			select {
			case order <- j.out:
			case <-stop:
				return
			}
			if err != nil {
				return
			}
			select {
			case jobs <- j:
			case <-stop:
				return
			}
		}
	}()
	for out := range order {
		o := <-out
		if o.err != nil {
			return o.err
		}
		if err := emit(o.b); err != nil {
			return err
		}
	}
	return nil
}
