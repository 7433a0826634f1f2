#!/usr/bin/env bash
# Builds what users of the command line install, below artifacts/cli:
#   loader-<version>-<rid>.tar.gz, .zip for Windows   an executable that needs no .NET, the manual page and the licence
#   SHA256SUMS                                        the checksums of these archives
#   packages/*.nupkg                                  the .NET tool: EnergyLoader.Cli, and a package for each system, of which NuGet installs one
# Usage: deploy/package-cli.sh [native|rid]...
# Without arguments: linux-x64 linux-arm64 osx-arm64 osx-x64 win-x64; native is the one of this machine. What runs here is installed and run.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

readonly supported=(linux-x64 linux-arm64 osx-arm64 osx-x64 win-x64)
readonly out=$PWD/artifacts/cli
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "package-cli.sh: $*" >&2
  exit 1
}

checksums() {
  if command -v sha256sum > /dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi
}

# Analyzers are for the build of a change, not for a release of it.
build() {
  local verb=$1
  shift
  dotnet "$verb" src/Loader.Cli -c Release -p:RunAnalyzers=false -p:ContinuousIntegrationBuild=true -v quiet --nologo "$@"
}

package_executable() {
  local rid=$1 name=loader-$version-$1
  local folder=$work/$rid/$name
  build publish -r "$rid" --self-contained -p:PublishSingleFile=true -p:CliRuntimes="$rid" -o "$folder" \
    || fail "the executable of $rid was not built. After NU1101 or NU1102: the package source lacks the runtime or host of $rid that the SDK needs."
  [[ $(find "$folder" -type f | wc -l) -eq 1 ]] || fail "the executable of $rid is more than one file: $(ls "$folder")"
  cp LICENSE "$work/loader.1" "$folder"
  if [[ $rid == win-* ]]; then
    dotnet msbuild src/Loader.Cli -t:ZipExecutable -p:ZipFrom="$work/$rid" -p:ZipTo="$out/$name.zip" -v:quiet -nologo
  else
    tar -czf "$out/$name.tar.gz" -C "$work/$rid" "$name"
  fi
}

# Runs an installed loader in an empty folder.
try() {
  local what=$1 folder=$work/try-$1 printed
  shift
  mkdir "$folder"
  printed=$("$@" --version)
  [[ $printed == "$version" ]] || fail "--version of the $what prints '$printed' instead of '$version'"
  (cd "$folder" && "$@" sample samples > sample.txt && "$@" load samples > first.txt && "$@" load samples > second.txt) \
    || fail "the $what did not load the samples: $(cat "$folder"/*.txt)"
  grep -q '^3,600 rows' "$folder/first.txt" || fail "the $what loaded something else: $(cat "$folder/first.txt")"
  grep -q 'Nothing changed' "$folder/second.txt" || fail "the $what changed something in the second load: $(cat "$folder/second.txt")"
  echo "ok   the $what prints its version and loads the samples"
}

# The environment has no PATH, so no SDK and no runtime can be found.
try_executable() {
  mkdir "$work/executable-home"
  tar -xzf "$out/loader-$version-$native.tar.gz" -C "$work"
  try executable env -i HOME="$work/executable-home" "$work/loader-$version-$native/loader"
}

# A home and package cache of its own. The packages of the folder are enough.
try_tool() {
  local sdk home=$work/tool-home
  sdk=$(dirname "$(readlink -f "$(command -v dotnet)")")
  mkdir "$home"
  (cd "$home" && env -i HOME="$home" PATH="$sdk:/usr/bin:/bin" DOTNET_ROOT="$sdk" DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 \
    dotnet tool install EnergyLoader.Cli --version "$version" --tool-path "$home/tools" --source "$out/packages") || fail "the tool was not installed"
  try tool env -i HOME="$home" DOTNET_ROOT="$sdk" "$home/tools/loader"
}

case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) native=linux-x64 ;;
  Linux-aarch64) native=linux-arm64 ;;
  Darwin-arm64) native=osx-arm64 ;;
  Darwin-x86_64) native=osx-x64 ;;
  *) native=none ;;
esac

rids=("${@/#native/$native}")
[[ ${#rids[@]} -gt 0 ]] || rids=("${supported[@]}")
for rid in "${rids[@]}"; do
  [[ " ${supported[*]} " == *" $rid "* ]] || fail "'$rid' is none of ${supported[*]}"
done

rm -rf "$out"
mkdir -p "$out/packages"
dotnet restore src/Loader.Cli -v quiet
version=$(dotnet msbuild src/Loader.Cli -t:MinVer -getProperty:Version)
dotnet run --project src/Loader.Cli -c Release -p:RunAnalyzers=false -- reference man > "$work/loader.1"
for rid in "${rids[@]}"; do
  package_executable "$rid"
done

(cd "$out" && checksums loader-* > SHA256SUMS)
list=$(IFS=';' && echo "${rids[*]}")
build pack "-p:CliRuntimes=\"$list\"" -o "$out/packages" || fail "the tool was not packed"
if [[ " ${rids[*]} " == *" $native "* ]]; then
  try_executable
  try_tool
fi

(cd "$out" && ls -l loader-* packages/*.nupkg | awk '{ printf "%6.1f MB  %s\n", $5 / 1e6, $NF }' && cat SHA256SUMS)
for rid in "${rids[@]}"; do
  [[ $rid == "$native" ]] || echo "not run on this machine: $rid"
done
