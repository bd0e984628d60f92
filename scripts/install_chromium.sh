#!/bin/sh
# Makes sure that the browser tests find a Chromium: the system's, Playwright's own, or Debian's by apt.
set -u

for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done

.venv/bin/python - <<'PYTHON' && exit 0
import pathlib, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    sys.exit(not pathlib.Path(playwright.chromium.executable_path).exists())
PYTHON

if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2>/dev/null; then as_root="sudo"; else as_root="none"; fi
    if [ "$as_root" != none ]; then
        echo "Installing Chromium for the browser tests by apt …"
        $as_root apt-get update -qq &&
            $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-dejavu-core >/dev/null &&
            exit 0
    fi
fi

echo "Installing Playwright's Chromium for the browser tests …"
.venv/bin/python -m playwright install chromium && exit 0

echo "The browser tests need a Chromium, and none could be installed: apt needs root or sudo, and"
echo "Playwright's download did not succeed. Ask an administrator to run: apt-get install chromium"
exit 1
