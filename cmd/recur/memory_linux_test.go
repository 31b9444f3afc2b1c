//go:build linux && !race

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// shape is a training whose memory is estimated and measured.
type shape struct {
	name   string
	config string
	rows   func(w *bufio.Writer) // of data.csv; nil: synthetic data
}

const few = "epochs: 1, early_stopping: {patience: 0}, max_updates: "

// shapes go from small to large along each thing that takes memory.
var shapes = []shape{
	{"small", "data: {synthetic: {kind: noisy_sine, points: 1000}, window: 24, horizon: 4}\ntrain: {" + few + "30}", nil},
	{"a wide layer", "data: {synthetic: {kind: noisy_sine, points: 1000}, window: 24, horizon: 4}\nmodel: {hidden_size: 1024}\ntrain: {" + few + "3}", nil},
	{"a million dated rows", "data: {csv: data.csv, time: time, targets: [value], window: 24, horizon: 4}\ntrain: {" + few + "30}", dated},
	{"two million rows", "data: {csv: data.csv, targets: [value], window: 24, horizon: 4}\ntrain: {" + few + "30}", numbered(2_000_000, 1)},
	{"20,000 series", "recipe: plain\ndata: {csv: data.csv, series: id, targets: [value], window: 12, horizon: 4}\ntrain: {" + few + "30}", series},
	{"300 targets", "data: {csv: data.csv, targets: [" + columns(300) + "], window: 24, horizon: 4}\ntrain: {" + few + "30}", numbered(3000, 300)},
	{"windows of 2,000 steps", "data: {synthetic: {kind: noisy_sine, points: 20000}, window: 2000, horizon: 4}\ntrain: {" + few + "3}", nil},
	{"deep, both ways", "data: {synthetic: {kind: noisy_sine, points: 1000}, window: 96, horizon: 4}\nmodel: {hidden_size: 128, layers: 4, bidirectional: true}\ntrain: {" + few + "2}", nil},
	{"float64, 10 columns", "data: {csv: data.csv, targets: [y0], covariates: [y1, y2, y3, y4, y5, y6, y7, y8, y9], window: 24, horizon: 4}\nmodel: {dtype: float64}\ntrain: {" + few + "30}", numbered(400_000, 10)},
	{"primitive", "data: {synthetic: {kind: noisy_sine, points: 2000}, window: 32, horizon: 4}\nmodel: {hidden_size: 128, implementation: primitive}\ntrain: {batch_size: 128, " + few + "3}", nil},
	{"batches of 4,096", "data: {synthetic: {kind: noisy_sine, points: 20000}, window: 48, horizon: 4}\nmodel: {cell: gru}\ntrain: {batch_size: 4096, " + few + "3}", nil},
	{"recipe global", "recipe: global\ndata: {csv: data.csv, series: id, targets: [value], horizon: 4, season: 6}\nensemble: {members: 0}\ntrain: {min_updates: 30, " + few + "30}", series},
	{"an ensemble", "recipe: global\ndata: {csv: data.csv, series: id, targets: [value], horizon: 4, season: 6}\nensemble: {members: 2}\ntrain: {min_updates: 30, " + few + "30}", series},
}

func dated(w *bufio.Writer) {
	fmt.Fprintln(w, "time,value")
	at := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
	for t := range 1_000_000 {
		fmt.Fprintf(w, "%s,%.4f\n", at.Add(time.Duration(t)*time.Minute).Format("2006-01-02 15:04"), math.Sin(float64(t)/50)+wobble(t))
	}
}

func numbered(rows, wide int) func(w *bufio.Writer) {
	return func(w *bufio.Writer) {
		if wide == 1 {
			fmt.Fprintln(w, "value")
		} else {
			fmt.Fprintln(w, strings.ReplaceAll(columns(wide), " ", ""))
		}
		for t := range rows {
			for k := range wide {
				fmt.Fprintf(w, "%s%.3f", strings.Repeat(",", min(k, 1)), math.Sin(float64(t)/9+float64(k))+wobble(t*7+k))
			}
			fmt.Fprintln(w)
		}
	}
}

func series(w *bufio.Writer) {
	fmt.Fprintln(w, "id,value")
	for s := range 20_000 {
		for t := range 60 {
			fmt.Fprintf(w, "s%d,%.3f\n", s, math.Sin(float64(t)/6)+float64(s%7)+wobble(s*60+t))
		}
	}
}

// wobble is noise that needs no generator.
func wobble(i int) float64 { return float64(i*7919%1000) / 1000 }

// columns is y0, y1, …
func columns(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprint("y", i)
	}
	return strings.Join(names, ", ")
}

// What --dry-run says of memory is near what the training takes at its peak: within a fifth for all shapes, which
// RECUR_MEMORY_TABLE=1 measures, and near for a few always.
func TestMemoryEstimate(t *testing.T) {
	whole := os.Getenv("RECUR_MEMORY_TABLE") != ""
	bound, tried := 1.5, []shape{shapes[0], shapes[1], {"rows", "data: {csv: data.csv, targets: [value], window: 24, horizon: 4}\ntrain: {" + few + "30}", numbered(400_000, 1)}}
	if whole {
		bound, tried = 1.2, shapes
	}
	table := "\n| training | estimate | peak | ratio |\n|---|--:|--:|--:|\n"
	for _, s := range tried {
		dir := t.TempDir()
		s.write(t, dir)
		estimate := s.estimate(t, dir)
		peak := peakOf(t, dir, "train", "c.yaml", "--run", "run", "-q")
		ratio := estimate / peak
		table += fmt.Sprintf("| %s | %.0f MiB | %.0f MiB | %.2f |\n", s.name, estimate, peak, ratio)
		if ratio > bound || ratio < 2-bound {
			t.Errorf("%s: estimated %.0f MiB, at its peak it takes %.0f", s.name, estimate, peak)
		}
	}
	t.Logf("%s, %s, %d cores%s", runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), table)
}

func (s shape) write(t *testing.T, dir string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "c.yaml"), []byte(s.config+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s.rows == nil {
		return
	}
	f, err := os.Create(filepath.Join(dir, "data.csv"))
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	s.rows(w)
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	f.Close()
}

// estimate is what --dry-run says, in MiB.
func (s shape) estimate(t *testing.T, dir string) float64 {
	t.Helper()
	c := exec.Command("recur", "train", "c.yaml", "--dry-run", "--json")
	c.Dir = dir
	out, err := c.Output()
	var plan struct {
		Bytes float64 `json:"memory_bytes"`
	}
	if err == nil {
		err = json.Unmarshal(out, &plan)
	}
	if err != nil {
		t.Fatalf("%s: %v", s.name, err)
	}
	return plan.Bytes / (1 << 20)
}

// peakOf is the most memory that a recur had, in MiB: VmHWM, looked at until it ends. (The kernel's ru_maxrss would count the
// process that started it, too.)
func peakOf(t *testing.T, dir string, args ...string) (peak float64) {
	t.Helper()
	c := exec.Command("recur", args...)
	var stderr bytes.Buffer
	c.Dir, c.Stderr = dir, &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	for {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("%v: %v: %s", args, err, &stderr)
			}
			return peak
		case <-time.After(2 * time.Millisecond):
			b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.Process.Pid))
			_, rest, found := strings.Cut(string(b), "VmHWM:")
			if fields := strings.Fields(rest); found && len(fields) > 0 && strings.Contains(string(b), "Name:\trecur") {
				kib, _ := strconv.ParseFloat(fields[0], 64)
				peak = max(peak, kib/1024)
			}
		}
	}
}
