# Sourced by the checks. A check prints one line: "ok", "FAIL" or "skip".
work=$(mktemp -d)
export TMPDIR=$work # a command that is killed leaves its files in here
failures=0

# Runs a command; shows its output only if it failed. A failed check ends the script, unless the call is followed by || true.
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

# Terraform prints a warning in every command if this variable names a missing file.
[[ -f "${TF_CLI_CONFIG_FILE:-}" ]] || unset TF_CLI_CONFIG_FILE
export TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1

# The caller's account, variables and Terraform options must not change the result.
unset "${!TF_VAR_@}" "${!TF_CLI_ARGS@}" "${!AWS_@}" TF_DATA_DIR TF_LOG TF_WORKSPACE

# Terraform writes into the folder that it reads, so it gets a copy.
copy_deploy() {
  cp -R "$here" "$work/deploy"
  find "$work/deploy" -name .terraform -prune -exec rm -rf {} +
}

# Chooses where `terraform init` takes the AWS provider from: the folder named by LOADER_TERRAFORM_PLUGINS, or a folder directly below
# /opt, if `terraform providers mirror` could have written it. Otherwise Terraform uses its own configuration: local mirrors, or the
# registry.
find_provider() {
  local folder
  plugins=()
  for folder in "${LOADER_TERRAFORM_PLUGINS:-}" /opt/*; do
    if [[ -n $folder && -d $folder/registry.terraform.io/hashicorp/aws ]]; then
      plugins=("-plugin-dir=$folder")
      return
    fi
  done
}

initialise() {
  timeout 120 terraform -chdir="$1" init -backend=false -input=false -no-color "${plugins[@]}"
}
