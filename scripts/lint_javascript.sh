#!/bin/sh
# Lints the scripts that draw the maps, by the exact version in tests/javascript/package-lock.json.
set -eu
cd tests/javascript

if ! command -v npm >/dev/null 2>&1; then
    echo "The scripts were not linted: that needs Node.js with npm."
    exit 0
fi
if [ ! -d node_modules ] || [ package-lock.json -nt node_modules ]; then
    npm ci --silent --no-audit --no-fund
    touch node_modules
fi
cd ../..
tests/javascript/node_modules/.bin/biome lint --error-on-warnings som_core/drawing som_core/exports/notebook.js ui/assets tests/javascript
