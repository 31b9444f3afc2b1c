package classify

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"recur/checkpoint"
	"recur/data"
	"recur/data/labelled"
	"recur/data/text"
	"recur/task"
)

// File makes the examples of another file ready. Those that are in the training or the validation part too are left out.
func (Task) File(r *task.Run, path string, own task.Data, all bool) (*task.File, error) {
	k := r.Networks[0].K
	in, err := another(k, path, nil, false)
	if err != nil {
		if _, bare := another(k, path, nil, true); bare == nil {
			err = fmt.Errorf("%w; without all labels a file can't be scored, but recur predict reads it", err)
		}
		return nil, err
	}
	d, inputs, err := with(in, r)
	if err != nil {
		return nil, err
	}
	if err := d.wholly(); err != nil {
		return nil, err
	}
	f := &task.File{In: inputs, Data: d, Part: task.PartNamed("test")}
	if own == nil {
		f.Seen.Unknown = d.test.Len()
		return f, nil
	}
	learnt := own.(*Data)
	index, seen, err := task.Another(d.name, k.Config.Data.FilesKey(), "examples", contents(d.test), all, contents(learnt.train), contents(learnt.validation))
	if err != nil {
		return nil, err
	}
	f.Seen = seen
	p := d.test.Pick(index)
	f.Part = func(task.Data) data.Examples { return p }
	return f, nil
}

// another reads another file in the form of a run's data; bare says that it needs no labels. in is read in place of a file.
func another(k *checkpoint.Checkpoint, path string, in io.Reader, bare bool) (input, error) {
	l, c := k.Data.Labelled, k.Config
	if !c.ReadsText() {
		set, err := labelled.OpenFile(c, path, labelled.Known{Columns: l.Columns, Classes: l.Classes, In: in}, bare)
		return numbers{set}, err
	}
	s := text.LabelledOf(c)
	s.Limit = 0 // which is for trying out a training
	if in != nil {
		set, err := text.OpenLines(path, in, l.Classes, s.Dialect.Encoding)
		return texts{set}, err
	}
	if bare {
		return unlabelled(s, path, l.Classes)
	}
	set, err := text.OpenTexts(s, path, l.Classes)
	return texts{set}, err
}

// unlabelled reads texts that need no labels: a table, a file of lines (.txt), or a directory of files.
func unlabelled(s text.Labelled, path string, classes []string) (input, error) {
	info, err := os.Stat(path)
	isDir := err == nil && info.IsDir()
	var set *text.Set
	switch {
	case isDir:
		set, err = text.OpenFiles(s, path, classes)
	case strings.EqualFold(filepath.Ext(path), ".txt"):
		f, fault := os.Open(path)
		if fault != nil {
			return nil, data.Errors{data.Fault(data.ShortPath(path), 0, 0, "data.text", "can't be read: %v", data.Cause(fault))}
		}
		defer f.Close()
		set, err = text.OpenLines(data.ShortPath(path), f, classes, s.Dialect.Encoding)
	case s.Text == "":
		return nil, data.Errors{data.Fault(data.ShortPath(path), 0, 0, "data.directory", "the run has learnt from files of text, and this is none of their forms; give a directory of files, a .txt file with a text a line, or lines on standard input")}
	default:
		set, err = text.OpenTexts(s, path, classes)
	}
	return texts{set}, err
}

// wholly refuses examples to be scored that have no label, or one that the run does not know.
func (d *Data) wholly() error {
	known := d.from.known
	bad := data.Faults{File: d.name}
	for i := range d.test.Len() {
		file, line := d.test.Place(i)
		for _, c := range d.test.Labels(i) {
			bad.File = file
			switch {
			case c < 0:
				bad.Add(line, 0, "data.label", "there is no label; to be scored every example needs one: remove those without, or use recur predict, which wants none")
			case int(c) >= known:
				bad.Add(line, 0, "data.label", "the label %s is none of those that the run has learnt: %s; remove its examples, or train with them", data.Quoted(d.classes[c]), data.Listed(d.classes[:known]))
			default:
				continue
			}
			break
		}
	}
	d.classes = d.classes[:known]
	return bad.Err()
}

// with prepares an input with what the networks' own data were made ready by; all of them read the same.
func with(in input, r *task.Run) (*Data, task.Inputs, error) {
	k := r.Networks[0].K
	p, err := in.with(k)
	if err != nil {
		return nil, nil, err
	}
	d := &Data{prepared: p, c: k.Config, from: &source{c: k.Config, in: in, known: len(k.Data.Labelled.Classes)}}
	inputs, err := r.Inputs(func(task.Network) (task.Data, error) { return d, nil })
	return d, inputs, err
}

// contents are the examples of a part by what makes two of them the same one.
func contents(p part) task.Contents { return task.Contents{Len: p.Len(), Of: p.Content} }
