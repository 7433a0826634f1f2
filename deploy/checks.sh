# What the checks have in common; sourced by them. A check prints one line, "ok", "FAIL" or "skip".
work=$(mktemp -d)
export TMPDIR=$work # a command that is stopped leaves nothing elsewhere
failures=0

# Runs a command; shows what it printed only if it failed. Where the rest has no sense without it, the script ends; else follow it by || true.
check() {
  local name=$1
  shift
  if "$@" >"$work/output" 2>&1 </dev/null; then
    echo "ok   $name"
  else
    echo "FAIL $name"
    sed 's/^/     /' "$work/output"
    failures=$((failures + 1))
    return 1
  fi
}

skip() {
  echo "skip $1: $2"
}

# A configuration file that is named but missing makes every command complain.
[[ -f "${TF_CLI_CONFIG_FILE:-}" ]] || unset TF_CLI_CONFIG_FILE
export TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1

# Variables and accounts of whoever runs it are none of its business.
unset "${!TF_VAR_@}" "${!AWS_@}"

# Terraform writes beside what it reads, so it reads a copy.
copy_deploy() {
  cp -R "$here" "$work/deploy"
  find "$work/deploy" -name .terraform -prune -exec rm -rf {} +
}

# A mirror of the provider on this machine, or else the registry that Terraform is configured for.
find_provider() {
  mirror=$(find / -type d -path '*/registry.terraform.io/hashicorp/aws' -prune -print -quit 2>/dev/null || true)
  plugins=()
  [[ -z $mirror ]] || plugins=("-plugin-dir=${mirror%/registry.terraform.io/hashicorp/aws}")
}

initialise() {
  timeout 120 terraform -chdir="$1" init -backend=false -input=false -no-color "${plugins[@]}"
}
