#!/usr/bin/env bash
# Packs the libraries for .NET hosts into artifacts/packages.
# If the history has a release (a tag v1.2.3) before this commit, its packages are built too, and an incompatible change of public members
# since then fails (package validation). A change that is meant goes into CompatibilitySuppressions.xml of its project.
# Usage: deploy/package-libraries.sh
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

readonly libraries=(Domain Parquet Application Infrastructure DuckDb Testing)
readonly out=$PWD/artifacts/packages
work=$(mktemp -d)
trap 'git worktree remove --force "$work/released" 2> /dev/null || true; rm -rf "$work"' EXIT

fail() {
  echo "package-libraries.sh: $*" >&2
  exit 1
}

# Analyzers are for the build of a change, not for a release of it. A continuous integration build has no paths of the machine in its symbols.
pack() {
  local root=$1 folder=$2 library
  shift 2
  for library in "${libraries[@]}"; do
    [[ -d $root/src/Loader.$library ]] || continue
    dotnet pack "$root/src/Loader.$library" -c Release -p:RunAnalyzers=false -p:ContinuousIntegrationBuild=true -v quiet --nologo -o "$folder" "$@" \
      || fail "Loader.$library of $root was not packed"
  done
}

rm -rf "$out"
released=$(git describe --tags --abbrev=0 --match 'v[0-9]*' HEAD 2> /dev/null || true)
if [[ -n $released && $(git rev-parse "$released^{commit}") == $(git rev-parse HEAD) ]]; then
  released=$(git describe --tags --abbrev=0 --match 'v[0-9]*' HEAD^ 2> /dev/null || true)
fi

if [[ -z $released ]]; then
  pack . "$out"
  if [[ $(git rev-parse --is-shallow-repository 2> /dev/null) == false ]]; then
    echo "ok   packed; there is no release to compare public members with"
  else
    echo "skip comparison of the packed libraries with the last release: the clone has no history. Run git fetch --unshallow --tags"
  fi
else
  git worktree add --quiet --detach "$work/released" "$released"
  pack "$work/released" "$work/packages"
  pack . "$out" -p:ReleasedPackages="$work/packages" -p:ReleasedVersion="${released#v}"
  echo "ok   packed; public members are compatible with $released"
fi

(cd "$out" && ls -l ./*.nupkg | awk '{ printf "%6.2f MB  %s\n", $5 / 1e6, $NF }')
