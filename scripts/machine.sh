# shellcheck shell=bash
# What a machine needs to build and run Tertulia, found or installed. Sourced by ./run and ./test, which set $root.
# Installing goes through apt when we are root or may become it; otherwise the missing packages are named once and we stop.

export DEBIAN_FRONTEND=noninteractive
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

missing_packages=()
local_node_wanted=false
local_dotnet_wanted=false

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# Local tools come first in the path, so that one check serves both an installed and a downloaded tool.
use_local_tools() {
  [ -x "$root/.tools/node_modules/.bin/node" ] && PATH="$root/.tools/node_modules/.bin:$PATH"
  if [ -x "$root/.dotnet/dotnet" ]; then
    export DOTNET_ROOT="$root/.dotnet"
    PATH="$root/.dotnet:$PATH"
  fi
  export PATH
}

# vite asks for ^20.19 || >=22.12
node_is_recent() {
  command -v npm >/dev/null 2>&1 && node -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22 ? 0 : 1);' 2>/dev/null
}

# Asked inside the repository, so global.json decides what is good enough.
dotnet_is_recent() { (cd "$root" && dotnet --version) >/dev/null 2>&1; }

has_library() {
  local cache
  cache=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null || true)
  case "$cache" in *"$1"*) return 0 ;; esac
  return 1
}

# The SDK itself asks for ICU, which minimal machines lack; the server runs in invariant mode anyway.
has_library libicuuc.so || export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1

apt_offers() {
  case "$(LC_ALL=C apt-cache policy "$1" 2>/dev/null)" in *'Candidate: '[0-9]*) return 0 ;; esac
  return 1
}

# as_root COMMAND…: directly, or through sudo; sudo may ask for a password only where somebody can type one.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@" </dev/null; else sudo "$@" </dev/null; fi
}
can_become_root() {
  [ "$(id -u)" = 0 ] && return 0
  command -v sudo >/dev/null 2>&1 || return 1
  sudo -n true 2>/dev/null </dev/null && return 0
  [ -t 0 ] && [ -t 2 ] && sudo -v
}

want_package() { missing_packages+=("$1"); }

want_common() {
  [ -e /etc/ssl/certs/ca-certificates.crt ] || want_package ca-certificates
  command -v curl >/dev/null 2>&1 || want_package curl
}

want_dotnet() {
  has_library libssl.so.3 || want_package libssl3
  has_library libsqlite3.so.0 || want_package libsqlite3-0
  dotnet_is_recent && return
  has_library libstdc++.so.6 || want_package libstdc++6
  has_library libz.so.1 || want_package zlib1g
  local_dotnet_wanted=true
}

# What recordings are composed with; the server runs without it, and says so where it is needed.
want_composer() {
  command -v ffmpeg >/dev/null 2>&1 || want_package ffmpeg
  has_library libopus.so.0 || want_package libopus0
  [ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || want_package fonts-dejavu-core
  # Chinese, Japanese and Korean names; without it their letters are left out.
  if [ ! -e /usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf ] && apt_offers fonts-droid-fallback; then want_package fonts-droid-fallback; fi
}

# Recognising speech in this process: optional, since an endpoint can do it, and not every distribution has the packages.
want_speech() {
  has_library libopus.so.0 || want_package libopus0
  if ! has_library libpocketsphinx.so.3 && apt_offers libpocketsphinx3; then want_package libpocketsphinx3; fi
  if [ ! -e /usr/share/pocketsphinx/model/en-us/en-us.lm.bin ] && apt_offers pocketsphinx-en-us; then want_package pocketsphinx-en-us; fi
}

# Voices for tests.
want_voices() {
  if ! command -v flite >/dev/null 2>&1 && apt_offers flite; then want_package flite; fi
  if ! command -v sox >/dev/null 2>&1 && apt_offers sox; then want_package sox; fi
}

want_node() {
  node_is_recent && return
  command -v npm >/dev/null 2>&1 || want_package npm
  command -v node >/dev/null 2>&1 || want_package nodejs
  local_node_wanted=true
}

# Ubuntu carries the .NET SDK, Debian does not: only there is it worth refreshing the package lists for it alone.
is_ubuntu() { grep -qE '^ID(_LIKE)?=.*ubuntu' /etc/os-release 2>/dev/null; }
prefer_packaged_dotnet() {
  if [ "$local_dotnet_wanted" = true ] && apt_offers dotnet-sdk-10.0; then want_package dotnet-sdk-10.0; fi
}

# Ubuntu's own chromium is a snap, which neither containers nor test drivers get along with; there Playwright's build is fetched.
find_chromium() {
  local candidate
  for candidate in "${TERTULIA_CHROMIUM:-}" /usr/bin/chromium /usr/bin/google-chrome "$root"/.tools/browsers/chromium-*/chrome-linux*/chrome; do
    if [ -n "$candidate" ] && [ -x "$candidate" ]; then
      export TERTULIA_CHROMIUM="$candidate"
      return 0
    fi
  done
  return 1
}

want_browser() {
  find_chromium && return
  is_ubuntu && return
  want_package chromium
  want_package fonts-dejavu-core
}

# Needs the packages of tests/e2e to be installed.
install_local_browser() {
  find_chromium && return
  local playwright="$root/tests/e2e/node_modules/playwright-core/cli.js"
  say "Installing Chromium into .tools/browsers/"
  PLAYWRIGHT_BROWSERS_PATH="$root/.tools/browsers" node "$playwright" install chromium </dev/null >&2 || return 1
  if can_become_root; then as_root env PATH="$PATH" DEBIAN_FRONTEND=noninteractive node "$playwright" install-deps chromium >&2 || return 1; fi
  find_chromium
}

install_packages() {
  if [ ${#missing_packages[@]} -eq 0 ]; then
    [ "$local_dotnet_wanted" = true ] && is_ubuntu || return 0
  fi
  if command -v apt-get >/dev/null 2>&1 && can_become_root; then
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 || say "apt-get update failed; going on with the lists at hand"
    prefer_packaged_dotnet
    [ ${#missing_packages[@]} -gt 0 ] || return 0
    say "Installing ${missing_packages[*]}"
    local log="$root/artifacts/apt.log"
    mkdir -p "$root/artifacts"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing_packages[@]}" >"$log" 2>&1 ||
      { tail -n 20 "$log" >&2; die "apt-get could not install: ${missing_packages[*]}"; }
  elif [ ${#missing_packages[@]} -gt 0 ]; then
    prefer_packaged_dotnet
    say "Some packages are missing and cannot be installed from here. As root, run:"
    die "apt-get install -y ${missing_packages[*]}"
  fi
}

install_local_dotnet() {
  if [ "$local_dotnet_wanted" = false ] || dotnet_is_recent; then return; fi
  say "Installing .NET 10 into .dotnet/"
  local script="$root/.dotnet/dotnet-install.sh"
  mkdir -p "$root/.dotnet"
  curl -fsSL --retry 3 https://dot.net/v1/dotnet-install.sh -o "$script" </dev/null || die "Could not fetch https://dot.net/v1/dotnet-install.sh"
  bash "$script" --channel 10.0 --install-dir "$root/.dotnet" --no-path </dev/null >&2 || die "The .NET install script failed"
  use_local_tools
  dotnet_is_recent || die "The SDK in .dotnet/ does not run: $(cd "$root" && dotnet --version 2>&1 | head -n 3)"
}

# Distributions' npm relies on their patched node, so a newer node brings an npm of its own.
install_local_node() {
  if [ "$local_node_wanted" = false ] || node_is_recent; then return; fi
  say "Installing Node 22 into .tools/"
  mkdir -p "$root/.tools"
  npm install --prefix "$root/.tools" --no-audit --no-fund --loglevel=error node@22 npm@10 </dev/null >&2 || die "npm could not install node@22"
  use_local_tools
  node_is_recent || die "The Node in .tools/ does not run"
}

# Each caller first says what it wants, then calls this once.
install_wanted() {
  install_packages
  install_local_dotnet
  install_local_node
}
