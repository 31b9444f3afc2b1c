package data

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// maxFile is the largest CSV file that is read, in bytes. Everything is kept in memory.
const maxFile = 2 << 30

// ReadAll reads a stream that stands for a file of at most 2 GiB; name is what messages call it.
func ReadAll(name string, in io.Reader) ([]byte, error) {
	src, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	switch {
	case err != nil:
		return nil, Fault(name, 0, 0, "data.csv", "can't be read: %v", Cause(err))
	case len(src) > maxFile:
		return nil, Fault(name, 0, 0, "data.csv", "has more bytes than the limit of %d; cut it into several files", int64(maxFile))
	}
	return src, nil
}

// ReadLimited reads a whole file of data.csv within the limits; name is what messages call it.
func ReadLimited(name, path string) ([]byte, error) {
	return ReadNamed(name, path, "data.csv", "one file")
}

// ReadNamed is ReadLimited where another key of the config names the file, and others like it: names says what.
func ReadNamed(name, path, key, names string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, Fault(name, 0, 0, key, "can't be read: %v", Cause(err))
	case info.IsDir():
		return nil, Fault(name, 0, 0, key, "is a directory; %s names %s", key, names)
	case info.Mode()&os.ModeCharDevice != 0:
		return nil, Fault(name, 0, 0, key, "is a device, which may never end; %s names %s", key, names)
	case info.Size() > maxFile:
		return nil, Fault(name, 0, 0, key, "has %d bytes, more than the limit of %d; cut it into several files", info.Size(), int64(maxFile))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, Fault(name, 0, 0, key, "can't be read: %v", Cause(err))
	}
	defer f.Close()
	var read bytes.Buffer
	read.Grow(int(info.Size()) + bytes.MinRead) // all at once: growing leaves as much again behind; a pipe has no size
	_, err = read.ReadFrom(io.LimitReader(f, maxFile+1))
	src := read.Bytes()
	switch {
	case err != nil:
		return nil, Fault(name, 0, 0, key, "can't be read: %v", Cause(err))
	case len(src) > maxFile:
		return nil, Fault(name, 0, 0, key, "has more bytes than the limit of %d; cut it into several files", int64(maxFile))
	}
	return src, nil
}

// Cause drops the operation and the path of a file error: the message names the file already.
func Cause(err error) error {
	if p, ok := err.(*os.PathError); ok {
		return p.Err
	}
	return err
}

// ShortPath is path as seen from the working directory when it lies below it.
func ShortPath(path string) string {
	dir, err := os.Getwd()
	if err != nil || !filepath.IsAbs(path) {
		return path
	}
	short, err := filepath.Rel(dir, path)
	if err != nil || strings.HasPrefix(short, "..") {
		return path
	}
	return short
}
