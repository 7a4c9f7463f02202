#!/bin/sh
# The tools that the benchmark measures with: do they measure?
set -eu
cd "$(dirname "$0")"
exec python3 -B tools_test.py "$(./tools.sh)"
