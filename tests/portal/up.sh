#!/usr/bin/env bash
# Bring up a real CKAN with DCAT-AP and harvesting on this machine, for the tests in this directory.
#
#   tests/portal/up.sh [DIR]     DIR holds everything it needs and makes (default $TEST_PORTAL_DIR, else below /tmp);
#                                DIR/run/url and DIR/run/token say where the portal is and let a sysadmin in.
#
# On a bare Debian 12 about two minutes, afterwards some seconds; calling it again is harmless. All servers listen on
# 127.0.0.1 only: CKAN on $TEST_PORTAL_PORT (default 5150), PostgreSQL, Redis and the search on the three ports above.
# It is CKAN 2.12; with TEST_PORTAL_CKAN=2.11 that one, in a DIR and on a port of its own.
# Solr is in neither Debian nor the Python package index, so search_standin/ takes its place; all else is the real thing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=${1:-${TEST_PORTAL_DIR:-${TMPDIR:-/tmp}/offenlage-test-portal}}
port=${TEST_PORTAL_PORT:-5150}
version=${TEST_PORTAL_CKAN:-2.12}
postgres_port=$((port + 1)) redis_port=$((port + 2)) search_port=$((port + 3))
url=http://127.0.0.1:$port
run=$dir/run
pg=/usr/lib/postgresql/15/bin

main() {
  install_system
  mkdir -p "$run/pg" "$dir"/{log,redis,storage,pgdata}
  install_ckan
  start_postgres
  start_redis
  start_search
  cp "$here/licenses.json" "$dir/licenses.json" # not where this checkout lies: it may be gone when the portal is used again
  [[ -s $run/token ]] || set_up_ckan
  start_ckan
  add_organisation
  echo "CKAN on $url, token in $run/token"
}

install_system() {
  local missing=()
  command -v redis-server >/dev/null || missing+=(redis-server)
  command -v curl >/dev/null || missing+=(curl)
  [[ -x $pg/initdb ]] || missing+=(postgresql-15)
  dpkg -s libmagic1 >/dev/null 2>&1 || missing+=(libmagic1)
  # CKAN's PostgreSQL driver is compiled on the spot.
  [[ -x $dir/venv/bin/gunicorn ]] || {
    dpkg -s libpq-dev >/dev/null 2>&1 || missing+=(libpq-dev)
    command -v gcc >/dev/null || missing+=(gcc libc6-dev)
    [[ -f $(python3 -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h ]] || missing+=(python3-dev)
  }
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    echo "Please install: ${missing[*]}" >&2
    return 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

install_ckan() {
  [[ -x $dir/venv/bin/gunicorn ]] || {
    python3 -m venv "$dir/venv"
    "$dir/venv/bin/pip" install -q --disable-pip-version-check -r "$here/requirements-$version.txt"
  }
  compgen -G "$dir/venv/lib/python3*/site-packages/ckan-$version.*.dist-info" >/dev/null || {
    echo "In $dir is another CKAN than $version" >&2
    return 1
  }
}

start_postgres() {
  local config=$dir/pgdata/postgresql.conf
  if ((EUID == 0)); then
    chown postgres "$dir/pgdata" "$run/pg"
    chmod 755 "$dir" "$run"
  fi
  chmod 700 "$dir/pgdata"
  if [[ ! -s $dir/pgdata/PG_VERSION ]]; then
    as_postgres "$pg/initdb -D $dir/pgdata -U postgres -E UTF8 --locale=C.UTF-8 -A trust" >/dev/null
    printf "%s\n" "listen_addresses = '127.0.0.1'" "fsync = off" "synchronous_commit = off" >>"$config"
  fi
  alive postgres pgdata || {
    as_postgres "$pg/pg_ctl -D $dir/pgdata -l $run/pg/log -w -o '-p $postgres_port -k $run/pg' start" >/dev/null
    head -1 "$dir/pgdata/postmaster.pid" >"$run/postgres.pid"
  }
}

as_postgres() {
  if ((EUID == 0)); then su postgres -c "$1"; else bash -c "$1"; fi
}

start_redis() {
  alive redis redis-server ||
    redis-server --port "$redis_port" --bind 127.0.0.1 --dir "$dir/redis" --save "" --daemonize yes \
      --pidfile "$run/redis.pid" --logfile "$dir/log/redis.log" >/dev/null
}

start_search() {
  if ! alive search search_standin; then
    (cd "$here" && exec setsid python3 -m search_standin "$search_port" "$run/search.sqlite") >"$dir/log/search.log" 2>&1 &
    echo $! >"$run/search.pid"
  fi
  answers "http://127.0.0.1:$search_port/solr/ckan/admin/ping"
}

set_up_ckan() {
  local log=$dir/log/set-up.log
  make_databases
  configure
  {
    ckan db init
    ckan db upgrade # the tables of the extensions
    ckan user add admin email=admin@portal.example password=administrator1
    ckan sysadmin add admin
  } >"$log" 2>&1 || { tail -20 "$log" >&2 && return 1; }
  ckan datastore set-permissions 2>>"$log" | sql >/dev/null
  (umask 077 && ckan user token add admin tests 2>>"$log" | tail -1 | tr -d ' \t' >"$run/token.new")
  echo "$url" >"$run/url"
  mv "$run/token.new" "$run/token"
}

make_databases() {
  local name
  for name in ckan datastore; do
    sql <<<"drop database if exists $name"
  done
  sql <<<"drop role if exists ckan, datastore_reader; create role ckan login; create role datastore_reader login;"
  for name in ckan datastore; do
    sql <<<"create database $name owner ckan"
  done
}

configure() {
  local postgres=127.0.0.1:$postgres_port
  rm -f "$dir/ckan.ini"
  ckan generate config "$dir/ckan.ini" >/dev/null
  ckan config-tool "$dir/ckan.ini" \
    "ckan.site_url = $url" \
    "ckan.site_id = default" \
    "ckan.locale_default = de" \
    "ckan.storage_path = $dir/storage" \
    "ckan.max_resource_size = 200" \
    "sqlalchemy.url = postgresql://ckan@$postgres/ckan" \
    "ckan.datastore.write_url = postgresql://ckan@$postgres/datastore" \
    "ckan.datastore.read_url = postgresql://datastore_reader@$postgres/datastore" \
    "ckan.redis.url = redis://127.0.0.1:$redis_port/0" \
    "solr_url = http://127.0.0.1:$search_port/solr/ckan" \
    "licenses_group_url = file://$dir/licenses.json" \
    "ckan.plugins = activity datastore scheming_datasets dcat structured_data harvest dcat_rdf_harvester" \
    "scheming.dataset_schemas = ckanext.dcat.schemas:dcat_ap_full.yaml" \
    "scheming.presets = ckanext.scheming:presets.json ckanext.dcat.schemas:presets.yaml" \
    "ckanext.dcat.rdf.profiles = euro_dcat_ap_3" \
    "ckanext.dcat.resource.inherit.license = true" \
    "ckan.harvest.mq.type = redis" \
    "ckan.harvest.mq.hostname = 127.0.0.1" \
    "ckan.harvest.mq.port = $redis_port" \
    "ckan.harvest.mq.redis_db = 1" >/dev/null
}

start_ckan() {
  if ! alive ckan gunicorn; then
    CKAN_INI=$dir/ckan.ini setsid "$dir/venv/bin/gunicorn" --chdir "$here" --bind "127.0.0.1:$port" --workers 2 --timeout 120 \
      --pid "$run/ckan.pid" --error-logfile "$dir/log/ckan.log" --capture-output wsgi:application >"$dir/log/gunicorn.log" 2>&1 &
  fi
  answers "$url/api/3/action/status_show"
}

add_organisation() {
  curl -sf -o /dev/null "$url/api/3/action/organization_show?id=landeshauptstadt-muenchen" ||
    curl -sf -o /dev/null -H "Authorization: $(<"$run/token")" -H "Content-Type: application/json" \
      -d '{"name": "landeshauptstadt-muenchen", "title": "Landeshauptstadt München"}' "$url/api/3/action/organization_create"
}

ckan() { CKAN_INI=$dir/ckan.ini "$dir/venv/bin/ckan" "$@"; }

sql() { PGOPTIONS=--client-min-messages=warning psql -q -h 127.0.0.1 -p "$postgres_port" -U postgres -v ON_ERROR_STOP=1; }

# Tell whether the process whose id was kept under a name runs still, and is no other that was given the same id later.
alive() {
  [[ -s $run/$1.pid ]] && tr '\0' ' ' <"/proc/$(head -1 "$run/$1.pid")/cmdline" 2>/dev/null | grep -q -- "$2"
}

answers() {
  local _
  for _ in $(seq 240); do
    curl -sf -m 5 -o /dev/null "$1" && return 0
    sleep 0.25
  done
  echo "no answer from $1; logs are in $dir/log" >&2
  return 1
}

main
