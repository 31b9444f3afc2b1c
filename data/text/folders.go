package text

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"recur/data"
)

// folders reads a directory with a folder for each class, and all files below a folder that are not hidden.
func (r *texts) folders(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return r.fault(0, 0, r.key, "can't be read as a directory: %v", data.Cause(err))
	}
	var classes []string
	beside := 0
	for _, e := range entries {
		info, err := os.Stat(filepath.Join(dir, e.Name()))
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case err == nil && info.IsDir():
			classes = append(classes, e.Name())
		default:
			beside++
		}
	}
	if err := r.checkFolders(classes, beside); err != nil {
		return err
	}
	bad := data.Faults{File: r.name}
	for _, class := range classes {
		if err := r.folder(&bad, filepath.Join(dir, class), class); err != nil {
			return err
		}
	}
	return bad.Err()
}

// checkFolders looks at the names of folders.
func (r *texts) checkFolders(classes []string, beside int) error {
	if len(classes) == 0 {
		return r.fault(0, 0, r.key, "holds no folder; want one for each class, with a file for each text")
	}
	if parts := []string{"train", "test", "validation", "val", "valid", "dev"}; !slices.ContainsFunc(classes, func(c string) bool { return !slices.Contains(parts, strings.ToLower(c)) }) {
		return r.fault(0, 0, r.key, "its folders %s are parts, not classes; set data.directory: {train: …, test: …} with the path of each", data.Listed(classes))
	}
	if beside > 0 {
		r.set.Notes = append(r.set.Notes, r.name+": "+data.Count(beside, "file beside the folders of classes is", "files beside the folders of classes are")+" left out")
	}
	return nil
}

// folder reads the files of one class.
func (r *texts) folder(bad *data.Faults, dir, class string) error {
	name := data.ShortPath(dir)
	files, err := below(dir, name, r.key)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		r.set.Notes = append(r.set.Notes, name+": the folder holds no file, and there is no class of its name")
	}
	root := r.name
	defer func() { r.name = root }()
	r.before = len(r.set.Texts)
	for _, path := range files {
		if r.full() {
			return nil
		}
		if err := r.file(bad, path, class); err != nil {
			return err
		}
	}
	return nil
}

// file reads one text.
func (r *texts) file(bad *data.Faults, path, class string) error {
	return r.whole(bad, path, class+"\x00", []Field{{Text: class}})
}

// unlabelled reads one text that has no label.
func (r *texts) unlabelled(bad *data.Faults, path string) error {
	return r.whole(bad, path, "", nil)
}

// whole reads a file that is a text.
func (r *texts) whole(bad *data.Faults, path, mark string, labels []Field) error {
	r.name = data.ShortPath(path)
	src, err := data.ReadLimited(r.name, path)
	if err != nil {
		return wrapped(err)
	}
	r.sum.Write([]byte(mark))
	r.sum.Write(src)
	c := &checker{in: &input{name: r.name}, key: r.key, line: 1}
	if r.s.Bytes {
		c.tokens.Unit = Byte
	}
	if _, fault := c.block(src, true); fault != nil {
		return data.Errors{fault}
	}
	root := bad.File
	bad.File = r.name
	r.add(bad, Field{Text: string(src[c.in.mark:])}, labels)
	bad.File = root
	return nil
}
