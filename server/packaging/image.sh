#!/bin/sh
# Builds an OCI image of the program:  image.sh PROGRAM NAME podman   (or docker, or buildah with its options)
# It holds the program, this machine's certificates of authorities, for FranceConnect and the gateways, and nothing else.
set -eu
umask 022
program=$1 name=$2
shift 2
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
mkdir -p "$context/root/etc/ssl/certs" "$context/root/var/lib" "$context/own"
install -m 0755 "$program" "$context/root/moncompte"
install -m 0644 "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" "$context/root/etc/ssl/certs/ca-certificates.crt"
"$@" build --tag "$name" --file "$(dirname "$0")/Containerfile" "$context"
