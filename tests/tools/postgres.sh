#!/usr/bin/env bash
# A PostgreSQL of the tests' own: in a temporary folder, on a free port, gone when its user is gone.
#   postgres.sh available   exit code 0 if PostgreSQL is installed here
#   postgres.sh serve       prints "HOST PORT USER DATABASE" once ready, serves until standard input closes, then removes everything
# Tying its life to standard input means that a test process which is killed leaves nothing behind.
set -euo pipefail

programs=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n1 || true)
[ -n "$programs" ] || programs=$(pg_config --bindir 2>/dev/null || true)

# initdb and postgres refuse to run as root; the package brings a user for them.
as_owner() {
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

available() {
  [ -x "$programs/initdb" ] && [ -x "$programs/pg_ctl" ] || return 1
  [ "$(id -u)" != 0 ] || id postgres >/dev/null 2>&1
}

case "${1:-}" in
  available) available ;;
  serve)
    available || { echo "PostgreSQL is not installed (Debian: apt-get install postgresql)" >&2; exit 1; }
    folder=$(mktemp -d /tmp/tertulia-postgres.XXXXXX)
    cleanup() {
      trap - EXIT
      as_owner "$programs/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
      rm -rf "$folder"
    }
    trap cleanup EXIT
    trap 'exit 0' TERM INT HUP
    [ "$(id -u)" != 0 ] || chown postgres "$folder"
    cd "$folder"
    # Data that lives for a test run needs no syncing to disk.
    as_owner "$programs/initdb" -D "$folder/data" -U tertulia -A trust -E UTF8 --locale=C --no-sync >"$folder/log" 2>&1 ||
      { cat "$folder/log" >&2; exit 1; }
    # Between choosing a free port and listening on it somebody else may take it: then choose again.
    for _ in 1 2 3 4 5; do
      port=$((20000 + RANDOM % 12000))
      if as_owner "$programs/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -t 30 -o \
        "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200" \
        start </dev/null >/dev/null 2>&1; then
        echo "127.0.0.1 $port tertulia postgres"
        cat >/dev/null
        exit 0
      fi
    done
    cat "$folder/server.log" >&2
    exit 1
    ;;
  *) echo "usage: postgres.sh available | serve" >&2; exit 2 ;;
esac
