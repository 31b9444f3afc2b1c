#!/bin/sh
# Runs bench/peers.py with the virtual environment in bench/env. usage: peers.sh RECUR-BINARY
set -eu
python=bench/env/bin/python
if [ ! -x "$python" ]; then
	echo "bench/env is missing: python3 -m venv bench/env && bench/env/bin/pip install -r bench/requirements.txt" >&2
	exit 2
fi
exec "$python" bench/peers.py --binary "$1"
