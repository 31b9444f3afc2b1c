package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"recur/configs"
)

// What there is of memory is the least of all that limit it, in both versions of control groups, nested ones too.
func TestMemoryThere(t *testing.T) {
	const gib = 1 << 30
	free := map[string]string{"proc/meminfo": "MemTotal: 16777216 kB\nMemFree: 100 kB\nMemAvailable:    4194304 kB\n"}
	for _, test := range []struct {
		name  string
		files map[string]string
		env   map[string]string
		want  int64
		from  string
	}{
		{"nothing says", nil, nil, 0, ""},
		{"free memory", free, nil, 4 * gib, "free memory"},
		{"version 2, no limit", map[string]string{"proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/memory.max": "max\n"}, nil, 0, ""},
		{"version 2, the one above is tighter", map[string]string{"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "3221225472\n",
			"sys/fs/cgroup/a/memory.max": "2147483648\n", "sys/fs/cgroup/a/memory.current": "1610612736\n",
			"sys/fs/cgroup/a/memory.stat": "anon 1\ninactive_file 536870912\n"}, nil, gib, "the control group"},
		{"version 2, seen from inside", map[string]string{"proc/self/cgroup": "0::/../x\n", "sys/fs/cgroup/memory.max": "1073741824\n"}, nil, gib, "the control group"},
		{"version 1", map[string]string{"proc/self/cgroup": "5:cpu:/c\n9:memory:/c\n", "sys/fs/cgroup/memory/c/memory.limit_in_bytes": "2147483648\n",
			"sys/fs/cgroup/memory/c/memory.usage_in_bytes": "1073741824\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, nil, gib, "the control group"},
		{"version 1, no limit", map[string]string{"proc/self/cgroup": "9:memory:/\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, nil, 0, ""},
		{"GOMEMLIMIT", free, map[string]string{"GOMEMLIMIT": "1GiB"}, gib, "GOMEMLIMIT"},
		{"RECUR_MEMORY", free, map[string]string{"RECUR_MEMORY": "512MiB", "GOMEMLIMIT": "off"}, gib / 2, "RECUR_MEMORY"},
		{"what is no size", nil, map[string]string{"RECUR_MEMORY": "much", "GOMEMLIMIT": "99999999999TiB"}, 0, ""},
	} {
		m := machine{root: t.TempDir(), getenv: func(k string) string { return test.env[k] }}
		for name, text := range test.files {
			at := filepath.Join(m.root, name)
			if err := os.MkdirAll(filepath.Dir(at), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(at, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if got, from := m.memory(); got != test.want || from != test.from {
			t.Errorf("%s: %d (%s), want %d (%s)", test.name, got, from, test.want, test.from)
		}
	}
}

var adviceOnKey = regexp.MustCompile(`set ((?:train|model)\.[a-z_]+) to ([0-9]+)`)

// A network that does not fit is refused before it is made, and what is advised fits and trains.
func TestNetworkTooLarge(t *testing.T) {
	for _, test := range []struct{ set, there string }{
		{"train.batch_size=256", "60MiB"}, {"model.hidden_size=1500", "200MiB"},
	} {
		t.Setenv("RECUR_MEMORY", test.there)
		c, err := configs.Parse("c.yaml", []byte("data: {synthetic: {kind: sine, points: 1000}, window: 100}\nmodel: {hidden_size: 64}\ntrain: {epochs: 1, max_updates: 2}\n"), []string{test.set})
		if err != nil {
			t.Fatal(err)
		}
		run := filepath.Join(t.TempDir(), "run")
		_, err = Train(context.Background(), c, TrainOptions{Run: run})
		var e *TooLarge
		if !errors.As(err, &e) || ExitCode(err) != ExitConfig || e.Need <= e.There || adviceOnKey.FindStringSubmatch(err.Error()) == nil {
			t.Fatalf("%s: got %v, want a *TooLarge with a key to set and exit code %d", test.set, err, ExitConfig)
		}
		if _, err := os.Stat(filepath.Join(run, "config.yaml")); err == nil {
			t.Errorf("%s: the refused training has begun its run", test.set)
		}
		m := adviceOnKey.FindStringSubmatch(err.Error())
		if c, err = c.With(m[1] + "=" + m[2]); err != nil {
			t.Fatal(err)
		}
		if _, err := Train(context.Background(), c, TrainOptions{Run: run}); err != nil {
			t.Errorf("%s: with %s %s as advised: %v", test.set, m[1], m[2], err)
		}
	}
}

// A file that does not fit is refused before it is read, and as many rows as are advised train.
func TestDataTooLarge(t *testing.T) {
	const rows = 300_000
	file := filepath.Join(t.TempDir(), "big.csv")
	lines := []string{"value"}
	for i := range rows {
		lines = append(lines, fmt.Sprint(i%17))
	}
	write := func(n int) {
		if err := os.WriteFile(file, []byte(strings.Join(lines[:n+1], "\n")+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	src := fmt.Sprintf("data: {csv: %s, targets: [value], window: 8, horizon: 2}\nmodel: {hidden_size: 4}\ntrain: {epochs: 1, max_updates: 2}\n", file)
	c, err := configs.Parse("c.yaml", []byte(src), nil)
	if err != nil {
		t.Fatal(err)
	}
	advised := regexp.MustCompile(`keep at most ([0-9]+) of the about ([0-9]+) rows`)
	for _, there := range []string{"24MiB", "31MiB"} { // too little to read it, and to train on it
		t.Setenv("RECUR_MEMORY", there)
		write(rows)
		run := filepath.Join(t.TempDir(), "run")
		_, err = Train(context.Background(), c, TrainOptions{Run: run})
		if ExitCode(err) != ExitData || advised.FindStringSubmatch(err.Error()) == nil {
			t.Fatalf("%s: got %v, want exit code %d and how many rows fit", there, err, ExitData)
		}
		t.Log(err)
		n, _ := strconv.Atoi(advised.FindStringSubmatch(err.Error())[1])
		write(n)
		_, err = Train(context.Background(), c, TrainOptions{Run: run})
		if err != nil {
			t.Errorf("%s: with %d rows as advised: %v", there, n, err)
		}
	}
}
