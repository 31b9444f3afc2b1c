#!/bin/sh
# The quick start: trains the three cells on the bundled sunspot numbers, scores and compares them, and draws the plots.
# usage: quickstart.sh RECUR-BINARY
set -eu
recur=$1
dir=runs/quickstart
config=configs/examples/sunspots.yaml

say() { printf '\n\033[1m$ %s\033[0m\n' "$*" | if [ -t 1 ]; then cat; else sed 's/\x1b\[[0-9]*m//g'; fi; "$@"; }

# A progress bar on a terminal; in a log only what matters.
quiet=--quiet
[ -t 2 ] && quiet=--quiet=false

say "$recur" train "$config" --run "$dir/sunspots" --force $quiet
say "$recur" evaluate "$dir/sunspots"
say "$recur" compare "$config" --cells elman,lstm,gru --seeds 1,2,3 --run "$dir/compare" $quiet
say "$recur" plot "$dir/sunspots"
say "$recur" forecast "$dir/sunspots" --horizon 5

cat <<END

Look at $dir/sunspots/plots/original-predicted.svg and $dir/compare/learning-curves.svg. Then try

  $recur examples                              ready configs: sine, co2, adding, mackey-glass, ...
  $recur train configs/examples/sine.yaml      the textbook's sine wave
  $recur config explain                        every key of a config
  $recur train $config --set data.csv=YOUR.csv --set data.time=COLUMN --set 'data.targets=[COLUMN]' --dry-run
END
