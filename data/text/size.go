package text

import "os"

// Working is about what reading a corpus takes beside its symbols: blocks of files, pages, counts of a vocabulary.
const Working = 64 << 20

// SizeOf is the size in bytes of all files that paths name, as data.corpus has them; those that can't be found count nothing.
func SizeOf(paths []string) (bytes int64) {
	for _, path := range paths {
		found, err := expand(path, "data.corpus")
		if err != nil {
			continue
		}
		for _, name := range found {
			if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
				bytes += info.Size()
			}
		}
	}
	return bytes
}
