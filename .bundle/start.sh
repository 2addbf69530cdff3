#!/bin/sh
# Finds a Python that this bundle has wheels for and hands over to start.py.
here=$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd) || exit 2
fits='import json, sys
sys.exit(".".join(map(str, sys.version_info[:2])) not in json.load(open(sys.argv[1]))["pythons"])'
for python in "$here/python/bin/python3" python3 python3.13 python3.12 python3.11; do
  if "$python" -c "$fits" "$here/bundle.json" >/dev/null 2>&1; then
    exec "$python" -I -S -X utf8 "$here/start.py" "$@"
  fi
done
cat "$here/no-python.txt" >&2
exit 2
