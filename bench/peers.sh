#!/bin/sh
# Runs bench/NAME.py with the Python of a virtual environment: bench/env, or the one that RECUR_PEERS names.
# usage: peers.sh RECUR-BINARY peers|million|pairs [ARGUMENTS]
set -eu
env=${RECUR_PEERS:-bench/env}
binary=$1 script=$2
shift 2
if [ ! -x "$env/bin/python" ]; then
	echo "$env is missing: python3 -m venv $env && $env/bin/pip install -r bench/requirements.txt" >&2
	exit 2
fi
exec "$env/bin/python" "bench/$script.py" --binary "$binary" "$@"
