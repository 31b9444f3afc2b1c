package configs

import (
	"bytes"
	"fmt"
	"strings"
)

const markdownHead = "# The config language\n\n" + `<!-- Written by the registry in configs/: run make generate after a change there. -->

A config is one YAML file: the data, the network, and the training. Every key but the source of the data has a default;
` + "`recur config render FILE`" + ` prints a config with all of them, ` + "`recur config explain KEY`" + ` says what this page says of one key,
and ` + "`recur config schema`" + ` prints the JSON Schema that lets an editor complete and check a config:

` + "```yaml" + `
# yaml-language-server: $schema=schema.json
data:
  csv: sales.csv
  time: month
  targets: [sales]
  window: 36
  horizon: 12
  season: 12
model: {cell: gru, hidden_size: 32}
train: {epochs: 200, learning_rate: 0.003}
` + "```" + `

All faults of a file are reported in one run, each with its place:

` + "```text" + `
%s
` + "```" + `

- A path is relative to the config file.
- ` + "`--set train.epochs=5`" + ` on the command line replaces one key, with YAML on the right side; it may be repeated.
- A number is never rounded and a text never read as a number: ` + "`window: 5.5`" + ` is a fault, and a column called 1 is ` + "`\"1\"`" + `.
- A number that is 0 in model.dtype and not in the file (` + "`epsilon: 1e-50`" + `), or rounds to a bound that it must not reach, is a fault.
- Anchors, aliases, tags and several documents are not part of the language; a file has at most 256 KiB.

`

// Markdown returns docs/config.md: every key with its type, range, default and sentence, and the rules between keys.
func Markdown() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, markdownHead, exampleFault())
	fmt.Fprintf(&b, "## Top level\n\n")
	table(&b, "")
	for i := range registry {
		if k := &registry[i]; k.Type == Section || k.Type == Layers {
			fmt.Fprintf(&b, "## `%s`\n\n%s", k.Name, k.Doc)
			if k.Required != "" {
				fmt.Fprintf(&b, " Required %s.", k.Required)
			}
			if k.Derived != "" {
				fmt.Fprintf(&b, " Default: `%s`.", k.Derived)
			}
			fmt.Fprintf(&b, "\n\n")
			table(&b, k.Name)
		}
	}
	fmt.Fprintf(&b, "## How keys go together\n\n")
	for _, r := range rules {
		fmt.Fprintf(&b, "- %s\n", r.doc)
	}
	return b.Bytes()
}

// exampleFault makes a real message for the page.
func exampleFault() string {
	_, err := Parse("sales.yaml", []byte("data:\n  csv: sales.csv\n  targets: [sales]\nmodel:\n  hiden_size: 32\ntrain:\n  epochs: 5.5\n"), nil)
	if err == nil {
		panic("configs: docs: the faulty config has no fault")
	}
	return err.Error()
}

// table lists the keys of a section.
func table(b *bytes.Buffer, section string) {
	fmt.Fprintln(b, "| key | value | default | meaning |\n|---|---|---|---|")
	for _, k := range childrenOf(section) {
		if k.Type == Layers {
			fmt.Fprintf(b, "| [`%s`](#%s) | %s | none | %s |\n", k.last(), strings.ReplaceAll(k.Name, ".", ""), k.Type, cell(k.meaning()))
			continue
		}
		if k.Type == Section {
			fmt.Fprintf(b, "| [`%s`](#%s) | section | | %s |\n", k.last(), strings.ReplaceAll(k.Name, ".", ""), cell(k.Doc))
			continue
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", k.last(), cell(k.valueText()), cell(k.defaultCell()), cell(k.meaning()))
	}
	fmt.Fprintln(b)
}

// valueText words what a value may be.
func (k *Key) valueText() string {
	switch {
	case k.Enum != nil:
		return "`" + strings.Join(k.Enum, "` `") + "`"
	case k.Range != nil:
		return string(k.Type) + ", " + k.Range.String()
	}
	return string(k.Type)
}

func (k *Key) defaultCell() string {
	switch text := k.defaultText(); {
	case k.Required != "":
		if text != "" {
			return "required " + k.Required + "; " + text
		}
		return "required " + k.Required
	case k.Derived != "" || text == "not set":
		return text
	case strings.Contains(text, ";"):
		own, others, _ := strings.Cut(text, ";")
		return strings.TrimPrefix("`"+own+"`;"+others, "``; ")
	default:
		return "`" + text + "`"
	}
}

// meaning is the sentence, where the key applies, and an example that shows more than the default does.
func (k *Key) meaning() string {
	text := k.Doc
	if w := k.where(); w != "" && k.Name != "data.csv" {
		text += " Only for " + w + "."
	}
	return text + " Example: `" + k.Example + "`"
}

// cell makes text safe in a table.
func cell(s string) string { return strings.NewReplacer("|", `\|`, "<", "&lt;").Replace(s) }
