#!/bin/sh
# For Debian and Ubuntu on x64: unpacks a newer C library beside Tailcall, which starts with it. Nothing is installed.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/packages"
cat >"$work/newer.sources" <<SOURCES
Types: deb
URIs: http://deb.debian.org/debian
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
newer() {
  apt-get -q -o Dir::Etc::sourcelist="$work/newer.sources" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::State::lists="$work/lists" -o APT::Sandbox::User=root "$@"
}
newer update
(cd "$work/packages" && newer download libc6 libgcc-s1)
rm -rf libc
for package in "$work"/packages/*.deb; do dpkg --extract "$package" libc; done
libc/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 --version | head -1
