#!/usr/bin/env bash
# Bring Debian's Chromium, Playwright and axe-core to this machine, for the tests in this directory.
#
#   tests/browser/up.sh [DIR]     DIR gets what is not Debian's (default $TEST_BROWSER_DIR, else below /tmp):
#                                 DIR/python (Playwright), DIR/axe.min.js; the last line says where Chromium is.
#
# On a bare Debian 12 one to three minutes, afterwards nothing to do. Everything is checked against its hash.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=${1:-${TEST_BROWSER_DIR:-${TMPDIR:-/tmp}/offenlage-test-browser}}
python=${PYTHON:-$here/../../.venv/bin/python}
axe=axe-core-4.14.1
axe_sha256=e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745

main() {
  mkdir -p "$dir"
  exec 9>"$dir/.lock"
  flock 9 # each process of the tests asks for it
  install_system
  [[ -d $dir/python/playwright ]] || install_playwright
  [[ -s $dir/axe.min.js ]] || install_axe
  command -v chromium
}

install_system() {
  local missing=()
  command -v chromium >/dev/null || missing+=(chromium)
  # The fonts decide how wide a text is; without any the pages cannot be judged.
  fc-list 2>/dev/null | grep -q DejaVuSans.ttf || missing+=(fonts-dejavu-core fontconfig)
  [[ -s $dir/axe.min.js ]] || command -v npm >/dev/null || missing+=(npm)
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    echo "Please install: ${missing[*]}" >&2
    return 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  patiently apt-get update -qq
  patiently apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# A fresh machine is often busy installing by itself: apt fails at once where another apt holds a lock.
patiently() {
  local tries=24
  until "$@"; do
    ((tries--)) || return 1
    sleep 5
  done
}

install_playwright() {
  rm -rf "$dir/python.new"
  "$python" -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r "$here/requirements.txt" --target "$dir/python.new" >&2
  mv "$dir/python.new" "$dir/python"
}

install_axe() (
  cd "$dir"
  npm pack --silent "${axe%-*}@${axe##*-}" >/dev/null
  echo "$axe_sha256  $axe.tgz" | sha256sum --check --quiet
  tar -xzf "$axe.tgz" --strip-components=1 package/axe.min.js
)

main
