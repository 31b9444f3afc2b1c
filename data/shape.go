package data

import (
	"bytes"
	"io"
	"os"
)

// Shape tells of a file what estimates need, from its first lines below the header: its size in bytes, the mean length of a line
// with its end, 0 where there is none, and how many fields a byte there are. All are 0 where it is missing, or no regular file.
func Shape(path string) (size int64, line, fields float64) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return 0, 0, 0
	}
	f, err := os.Open(path)
	if err != nil {
		return info.Size(), 0, 0
	}
	defer f.Close()
	head := make([]byte, 256<<10)
	n, _ := io.ReadFull(f, head)
	_, rest, _ := bytes.Cut(head[:n], []byte("\n"))
	for _, b := range rest {
		switch b {
		case ',', ';', '\t', ':', '\n':
			fields++
		}
	}
	if len(rest) > 0 {
		fields /= float64(len(rest))
	}
	if lines := bytes.Count(rest, []byte("\n")); lines > 0 {
		line = float64(bytes.LastIndexByte(rest, '\n')+1) / float64(lines)
	}
	return info.Size(), line, fields
}
