// Package datasets embeds the bundled CSV files, each in a folder with a README that names its source and licence.
package datasets

import "embed"

// Files holds NAME/NAME.csv for every data set.
//
//go:embed sunspots/sunspots.csv co2/co2.csv
var Files embed.FS
