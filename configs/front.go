package configs

import (
	"fmt"
	"reflect"
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

// maxLayers is the longest front.
const maxLayers = 64

// layers reads model.front: a list of layers, or one.
func (r *reader) layers(k *Key, n *yaml.Node, f reflect.Value) bool {
	items, single := n.Content, n.Kind == yaml.MappingNode
	switch {
	case single:
		items = []*yaml.Node{n}
	case n.Kind != yaml.SequenceNode:
		r.fault(n, "%s is %s, want %s", k.Name, describe(n), k.want())
		return false
	case len(items) > maxLayers:
		r.fault(n, "%s is a list of %d, want at most %d", k.Name, len(items), maxLayers)
		return false
	}
	list, ok := make([]Layer, len(items)), true
	for i, item := range items {
		path := fmt.Sprintf("%s[%d]", k.Name, i)
		if single {
			path = k.Name
		}
		ok = r.plain(item) && r.item(k.Name, path, item, reflect.ValueOf(&list[i]).Elem()) && ok
		if p := &list[i].Conv.Pool; p.Kind != "" && p.Stride == 0 {
			p.Stride = p.Width
		}
	}
	if len(items) > 0 {
		f.Set(reflect.ValueOf(list))
	}
	return ok
}

// item reads the keys of a section into the struct v, its defaults first; path is how messages call it.
func (r *reader) item(section, path string, n *yaml.Node, v reflect.Value) bool {
	if n.Kind != yaml.MappingNode {
		want := "a section of keys"
		if v.Type() == reflect.TypeFor[Layer]() {
			want = "a layer such as {conv: {channels: 64, width: 5}}"
		}
		r.fault(n, "%s is %s, want %s", path, describe(n), want)
		return false
	}
	for _, k := range childrenOf(section) {
		if f, _ := tagged(v, k.last()); k.Default != "" {
			(&reader{}).value(k, defaultNode(k.Default), f)
		}
	}
	seen, ok := map[string]bool{}, true
	for i := 0; i+1 < len(n.Content); i += 2 {
		ok = r.itemKey(section, path, n.Content[i], n.Content[i+1], v, seen) && ok
	}
	for _, k := range childrenOf(section) {
		if k.Required != "" && !seen[k.last()] && ok {
			r.fault(n, "missing key %s in %s, such as %s", k.last(), path, exampleOf(k))
			ok = false
		}
	}
	return ok
}

// exampleOf is a line that gives the key.
func exampleOf(k *Key) string {
	if k.Example == "" {
		return "conv: {channels: 64, width: 5}"
	}
	return k.Example
}

// itemKey reads one key of an item.
func (r *reader) itemKey(section, path string, key, value *yaml.Node, v reflect.Value, seen map[string]bool) bool {
	if key.Kind != yaml.ScalarNode || !r.plain(key) {
		if key.Kind != yaml.ScalarNode {
			r.fault(key, "a key must be plain text, not %s", describe(key))
		}
		return false
	}
	k := byName[section+"."+key.Value]
	switch {
	case seen[key.Value]:
		r.fault(key, "the key %q is given twice in %s; keep one of them", key.Value, path)
		return false
	case k == nil || k.section() != section:
		hint := ""
		if meant := suggestKey(key.Value, section); strings.HasPrefix(meant, section+".") {
			hint = fmt.Sprintf("; did you mean %q?", strings.TrimPrefix(meant, section+"."))
		}
		r.fault(key, "unknown key %s in %s%s", quoted(key.Value), path, hint)
		return false
	}
	seen[key.Value] = true
	f, _ := tagged(v, k.last())
	name := path + "." + k.last()
	switch {
	case !r.plain(value):
		return false
	case k.Type == Section:
		return r.item(k.Name, name, value, f)
	case isNull(value):
		r.fault(key, "%s is empty, want %s; give a value or remove the key", name, k.want())
		return false
	}
	return r.scalar(k, name, value, f)
}

// reach is how many steps lie between the first and the last that one result reads.
func (c Conv) reach() int { return (c.Width - 1) * c.Dilation }

// Steps is the number of steps that come out of n; 0 where they are too few.
func (c Conv) Steps(n int) int {
	if c.Padding == "valid" {
		n -= c.reach()
	}
	n = max(0, n+c.Stride-1) / c.Stride
	switch {
	case c.Pool.Kind == "":
		return n
	case n < c.Pool.Width:
		return 0
	}
	return (n-c.Pool.Width)/c.Pool.Stride + 1
}

// least is the least number of steps that gives so many.
func (c Conv) least(steps int) int {
	if c.Pool.Kind != "" {
		steps = (steps-1)*c.Pool.Stride + c.Pool.Width
	}
	n := (steps-1)*c.Stride + 1
	if c.Padding == "valid" {
		n += c.reach()
	}
	return n
}

// TooShort is a sequence of which model.front leaves no step. The message says which layer does, and what would do.
type TooShort struct{ message string }

func (e *TooShort) Error() string { return e.message }

// FrontSteps is the number of steps that model.front makes of n. Where it leaves none the error is a *TooShort.
func (m *Model) FrontSteps(n int) (int, error) {
	layer, before, after := m.through(n)
	if after > 0 || len(m.Front) == 0 {
		return after, nil
	}
	c := m.Front[layer].Conv
	return 0, &TooShort{fmt.Sprintf("model.front[%d].conv leaves no step: %d of the %d steps of the sequence come in, and it wants %d or more with %s; %s",
		layer, before, n, c.least(1), c.because(), m.longer(n))}
}

// through takes n steps through the layers, up to one that leaves none: its number, what goes in and what comes out.
func (m *Model) through(n int) (layer, before, after int) {
	after = n
	for i, l := range m.Front {
		layer, before, after = i, after, l.Conv.Steps(after)
		if after == 0 {
			break
		}
	}
	return layer, before, after
}

// because says what makes a layer want many steps.
func (c Conv) because() string {
	var why []string
	if c.Padding == "valid" {
		why = append(why, fmt.Sprintf("width %d", c.Width))
		if c.Dilation > 1 {
			why = append(why, fmt.Sprintf("dilation %d", c.Dilation))
		}
		why = append(why, "padding valid")
	}
	if c.Pool.Kind != "" {
		if c.Stride > 1 {
			why = append(why, fmt.Sprintf("stride %d", c.Stride))
		}
		why = append(why, fmt.Sprintf("pool.width %d", c.Pool.Width))
	}
	return strings.Join(why, ", ")
}

// longer says what to do where so many steps are too few.
func (m *Model) longer(steps int) string {
	same := Model{}
	for _, l := range m.Front {
		l.Conv.Padding = "same"
		same.Front = append(same.Front, l)
	}
	if _, _, after := same.through(steps); after > 0 {
		return fmt.Sprintf("sequences of %d steps would do, or padding: same in every layer", m.least(len(m.Front)-1))
	}
	return fmt.Sprintf("sequences of %d steps would do, or smaller strides and pools", m.least(len(m.Front)-1))
}

// least is the least number of steps of which the layers up to i leave one.
func (m *Model) least(i int) int {
	n := 1
	for ; i >= 0; i-- {
		n = m.Front[i].Conv.least(n)
	}
	return n
}

// Aligned says that every step of the recurrent layers is one of the data and reads no later ones, so that they may be
// run step by step.
func (m *Model) Aligned() bool {
	for _, l := range m.Front {
		if c := l.Conv; c.Stride > 1 || c.Pool.Kind != "" || c.Padding != "causal" && c.Width > 1 {
			return false
		}
	}
	return true
}

// KeepsSteps says that as many steps leave the front as enter it, so that each may have a prediction.
func (m *Model) KeepsSteps() bool {
	for _, l := range m.Front {
		if c := l.Conv; c.Stride > 1 || c.Pool.Kind != "" || c.Padding == "valid" && c.Width > 1 {
			return false
		}
	}
	return true
}

// frontLeaves is the rule that model.front leaves a step of the window.
func frontLeaves(c *Config) string {
	n, key := c.steps()
	if len(c.Model.Front) == 0 || n == 0 {
		return ""
	}
	_, err := c.Model.FrontSteps(n / max(1, c.Model.Patch))
	if err == nil {
		return ""
	}
	return err.Error() + fmt.Sprintf(" (%s is %d%s)", key, n, whenText(c.Model.Patch > 1, fmt.Sprintf(", model.patch %d", c.Model.Patch)))
}

func whenText(yes bool, text string) string {
	if yes {
		return text
	}
	return ""
}

// frontSeesFuture is the rule that a prediction at every step reads nothing later.
func frontSeesFuture(c *Config) string {
	if c.Says() {
		return "" // what is said is not aligned with the steps
	}
	if c.HasClasses() {
		return when(c.Model.Head == "every" && !c.Model.KeepsSteps(),
			"model.head is every, and model.front must then keep every step; set padding: same (or causal), stride: 1 and no pool in every layer, or head: last")
	}
	return when(c.Model.Head == "every" && !c.Model.Aligned(),
		"model.head is every, and model.front must then keep every step and read none after it; set padding: causal, stride: 1 and no pool in every layer, or head: last")
}

// frontPrimitive is the rule that neither GELU nor a norm over the batch has primitive nodes.
func frontPrimitive(c *Config) string {
	for i, l := range c.Model.Front {
		if c.Model.Implementation == "primitive" && l.Conv.Activation == "gelu" {
			return fmt.Sprintf("model.front[%d].conv.activation is gelu, for which Gorgonia has no node; use another one with implementation: primitive, or implementation: fused", i)
		}
		if c.Model.Implementation == "primitive" && l.Conv.Norm == "batch" {
			return fmt.Sprintf("model.front[%d].conv.norm is batch, which is not built of single nodes; use norm: layer or none with implementation: primitive, or implementation: fused", i)
		}
	}
	return ""
}
