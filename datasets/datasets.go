// Package datasets embeds the bundled files, each in a folder with a README that names its source and licence.
package datasets

import (
	"embed"
	"path"
	"strings"
)

// Files holds NAME/NAME.csv for a table, NAME/NAME.txt for a text and NAME/NAME.ts for labelled sequences.
//
//go:embed sunspots/sunspots.csv co2/co2.csv motions/motions.ts spares/spares.csv names/names.txt sentiment/sentiment.csv shakespeare/shakespeare.txt
var Files embed.FS

// File gives a data set by its name: what its file is called, NAME.csv for one, and what it holds, which is the caller's to keep.
// ok is false where there is no such data set.
func File(name string) (file string, src []byte, ok bool) {
	entries, err := Files.ReadDir(name)
	if err != nil || strings.ContainsAny(name, "./") || len(entries) != 1 {
		return "", nil, false
	}
	file = entries[0].Name()
	src, err = Files.ReadFile(path.Join(name, file))
	return file, src, err == nil
}
