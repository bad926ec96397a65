# shellcheck shell=bash
# Building only what changed. Sourced by ./run and ./test, which set $root.

stamps="$root/artifacts/stamps"

# A fingerprint of names, sizes and times: also sees deleted and older files, which a comparison with a time stamp would miss.
fingerprint() {
  (cd "$root" && find "$@" \( -name bin -o -name obj -o -name node_modules -o -name dist -o -name TestResults \) -prune -o \
    -type f -printf '%p %s %T@\n' 2>/dev/null | LC_ALL=C sort | sha256sum | cut -d' ' -f1)
}

# unchanged NAME OUTPUT SOURCES…
unchanged() {
  local name=$1 output=$2
  shift 2
  [ -e "$output" ] && [ "$(cat "$stamps/$name" 2>/dev/null)" = "$(fingerprint "$@")" ]
}

# The fingerprint is taken before building, so that what changes meanwhile is built the next time.
remember() {
  mkdir -p "$stamps"
  printf '%s\n' "$2" >"$stamps/$1"
}

server_sources=(src global.json Directory.Build.props Directory.Build.targets Directory.Packages.props)
web_sources=(web)

# The server runs from artifacts/server, which is replaced as a whole: a build never rewrites the files of a running server.
build_server() {
  local output="$root/artifacts/server" mark
  unchanged server "$output/Tertulia.Server.dll" "${server_sources[@]}" && return
  mark=$(fingerprint "${server_sources[@]}")
  say "Building the server"
  rm -rf "$output.new"
  (cd "$root" && dotnet publish src/Tertulia.Server/Tertulia.Server.csproj -c Release -o "$output.new" -v quiet -tl:off </dev/null >&2) ||
    die "The server did not build"
  rm -rf "$output.old"
  [ -e "$output" ] && mv "$output" "$output.old"
  mv "$output.new" "$output"
  rm -rf "$output.old"
  remember server "$mark"
}

install_web_packages() {
  local folder=$1 name=$2 mark
  unchanged "$name" "$root/$folder/node_modules" "$folder/package.json" "$folder/package-lock.json" && return
  mark=$(fingerprint "$folder/package.json" "$folder/package-lock.json")
  say "Installing the packages of $folder"
  (cd "$root/$folder" && npm ci --no-audit --no-fund --loglevel=error </dev/null >&2) || die "npm ci failed in $folder"
  remember "$name" "$mark"
}

build_web() {
  local mark
  [ -e "$root/web/package.json" ] || return 0
  unchanged web "$root/web/app/dist/index.html" "${web_sources[@]}" && return
  install_web_packages web web-packages
  mark=$(fingerprint "${web_sources[@]}")
  say "Building the web app"
  (cd "$root/web" && npm run --silent build </dev/null >&2) || die "The web app did not build"
  remember web "$mark"
}
