#!/usr/bin/env bash
# Builds the deployment package: artifacts/lambda/<rid>/bootstrap and artifacts/lambda/loader-<rid>.zip, for linux-x64 and linux-arm64.
# Usage: deploy/package.sh [linux-x64|linux-arm64]...
# Without arguments: this machine's architecture, and linux-arm64 if aarch64-linux-gnu-gcc is installed to link it.
set -euo pipefail
cd "$(dirname "$0")/.."

# The newest glibc version that Amazon Linux 2023 provides.
readonly max_glibc=2.34

fail() {
  echo "package.sh: $*" >&2
  exit 1
}

case "$(uname -m)" in
  x86_64) native=linux-x64 ;;
  aarch64 | arm64) native=linux-arm64 ;;
  *) fail "this machine is neither x86_64 nor aarch64; build on one of these" ;;
esac

# Prints the arguments of dotnet publish that select the linker.
linker_of() {
  if [[ $1 == linux-arm64 && $native == linux-x64 ]]; then
    echo "-p:CppCompilerAndLinker=aarch64-linux-gnu-gcc -p:ObjCopyName=aarch64-linux-gnu-objcopy"
  elif ! command -v clang > /dev/null; then
    echo "-p:CppCompilerAndLinker=gcc"
  fi
}

# A missing library or symbol would be noticed only when the function starts.
check() {
  local bootstrap=$1 foreign newest
  foreign=$(readelf --dynamic --wide "$bootstrap" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' \
    | grep -Ev '^(libc\.so\.6|libm\.so\.6|ld-linux-.*\.so\..)$' || true)
  [[ -z $foreign ]] || fail "$bootstrap needs more than libc and libm: ${foreign//$'\n'/ }"
  newest=$(readelf --version-info --wide "$bootstrap" | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -V | tail -n 1)
  [[ -n $newest ]] || fail "$bootstrap names no glibc version: it is not a dynamically linked program"
  [[ $(printf '%s\n' "$newest" "$max_glibc" | sort -V | tail -n 1) == "$max_glibc" ]] \
    || fail "$bootstrap needs glibc $newest; Amazon Linux 2023 has $max_glibc. Build on a system with glibc $max_glibc or older headers."
  if grep -qaE 'DuckDB|Spectre\.Console' "$bootstrap"; then
    fail "$bootstrap contains parts of the command line"
  fi

  echo "$bootstrap: $(stat -c %s "$bootstrap") bytes, needs only libc and libm, glibc $newest"
}

package() {
  local rid=$1 folder=artifacts/lambda/$1 zip=artifacts/lambda/loader-$1.zip linker
  rm -rf "$folder" "$zip"
  mkdir -p "$folder"
  read -ra linker <<< "$(linker_of "$rid")"
  dotnet publish src/Loader.Lambda -c Release -r "$rid" -o "$folder/publish" -v quiet --nologo "${linker[@]}"
  mv "$folder/publish/bootstrap" "$folder/bootstrap"
  if [[ -f $folder/publish/bootstrap.dbg ]]; then
    mv "$folder/publish/bootstrap.dbg" "artifacts/lambda/bootstrap-$rid.dbg"
  fi

  rm -rf "$folder/publish"
  check "$folder/bootstrap"

  # A fixed timestamp, so that the same binary gives the same archive.
  chmod 755 "$folder/bootstrap"
  touch -d 1980-01-01T00:00:00Z "$folder/bootstrap"
  TZ=UTC dotnet msbuild src/Loader.Lambda -t:ZipBootstrap -p:ZipFrom="$PWD/$folder" -p:ZipTo="$PWD/$zip" -v:quiet -nologo
  echo "$zip: $(stat -c %s "$zip") bytes, sha256 $(sha256sum "$zip" | cut -d ' ' -f 1)"
}

command -v readelf > /dev/null || fail "readelf is not installed; install binutils to check the binary"
rids=("$@")
if [[ ${#rids[@]} -eq 0 ]]; then
  rids=("$native")
  if [[ $native == linux-x64 ]] && command -v aarch64-linux-gnu-gcc > /dev/null; then
    rids+=(linux-arm64)
  fi
fi

for rid in "${rids[@]}"; do
  [[ $rid == linux-x64 || $rid == linux-arm64 ]] || fail "'$rid' is neither linux-x64 nor linux-arm64"
  package "$rid"
done
