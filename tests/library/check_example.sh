#!/usr/bin/env bash
# PROGRAM SOURCE: what the program prints is what the comment at the top of its source says after "Prints:".
set -euo pipefail
expected=$(sed -n '/^\/\/ Prints:/,/^[^/]/ s/^\/\/   //p' "$2")
printed=$("$1" | sed 's/ *$//')
if [ -z "$expected" ]; then echo "$2 does not say what it prints" >&2; exit 1; fi
diff <(echo "$expected") <(echo "$printed")
