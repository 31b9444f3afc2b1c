package runs

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"recur/configs"
	"recur/internal/kernel"
)

// Version of recur; it goes into environment.json and `recur version`.
const Version = "0.1.0"

// Environment is what decides the numbers of a run besides its config.
type Environment struct {
	Recur      string `json:"recur"`
	Go         string `json:"go"`
	OS         string `json:"os"`
	Arch       string `json:"arch"`
	Kernel     string `json:"kernel"`
	CPU        string `json:"cpu,omitempty"`
	Cores      int    `json:"cores"`
	Seed       uint64 `json:"seed"`
	DataSHA256 string `json:"data_sha256"`
	Revision   string `json:"revision,omitempty"`
}

// EnvironmentOf is what decides the numbers of a training that begins now.
func EnvironmentOf(c *configs.Config, hash string) Environment {
	e := Environment{
		Recur: Version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH, Kernel: kernel.Features(), CPU: cpuModel(),
		Cores: runtime.NumCPU(), Seed: c.Seed, DataSHA256: hash,
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				e.Revision = s.Value
			}
		}
	}
	return e
}

// cpuModel is the processor's name where the system tells it in /proc, else "".
func cpuModel() string {
	b, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(b)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// environment reads environment.json.
func (r RunDir) environment() (e Environment, err error) {
	b, err := r.Read("environment.json")
	if err != nil {
		return e, err
	}
	return e, json.Unmarshal(b, &e)
}

// dataHash is that of the data that the run was begun with, "" where environment.json does not say it.
func (r RunDir) dataHash() string {
	e, err := r.environment()
	if err != nil {
		return ""
	}
	return e.DataSHA256
}

// Changes says what of environment.json is not so now and may decide bits.
func (r RunDir) Changes(now Environment) []string {
	b, err := r.Read("environment.json")
	var was Environment
	if err != nil || json.Unmarshal(b, &was) != nil {
		return []string{"environment.json can't be read, so it is not known what the run was trained with"}
	}
	out := []string{}
	for _, c := range []struct{ what, was, now string }{
		{"kernels", was.Kernel, now.Kernel}, {"architecture", was.Arch, now.Arch}, {"recur", was.Recur, now.Recur}, {"revision", was.Revision, now.Revision}, {"Go", was.Go, now.Go},
	} {
		if c.was != c.now {
			out = append(out, fmt.Sprintf("%s: %s then, %s now", c.what, orNone(c.was), orNone(c.now)))
		}
	}
	return out
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
