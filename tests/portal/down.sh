#!/usr/bin/env bash
# Stop what up.sh started, and only that: by the process ids it kept.
#
#   tests/portal/down.sh [DIR]     DIR as for up.sh
set -euo pipefail
run=${1:-${TEST_PORTAL_DIR:-${TMPDIR:-/tmp}/offenlage-test-portal}}/run

# Ask the process kept under a name to end, if its command line still holds the word, and wait up to eight seconds.
end() {
  local name=$1 word=$2 signal=$3 pid _
  [[ -s $run/$name.pid ]] || return 0
  pid=$(head -1 "$run/$name.pid")
  if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q -- "$word"; then
    kill -"$signal" "$pid"
    for _ in $(seq 80); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
  fi
  rm -f "$run/$name.pid"
}

end ckan gunicorn TERM
end search search_standin TERM
end redis redis-server TERM
end postgres pgdata INT # INT: ends sessions that are open, and is still a clean stop
