#!/usr/bin/env bash
# Checks the deployment without an AWS account: format, syntax and plan of the Terraform module (with a mocked provider), its policies, and the
# state machines. Prints one line per check, "ok", "FAIL" or "skip"; fails if any check fails. LOADER_APPLY=1 adds check-apply.sh;
# LOADER_TERRAFORM_PLUGINS names a folder that holds the AWS provider (see checks.sh).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/checks.sh"
trap 'rm -rf "$work"' EXIT

checks_of_terraform=("terraform fmt" "terraform validate" "terraform test" "state machines")

if ! command -v terraform >/dev/null; then
  for name in "${checks_of_terraform[@]}"; do skip "$name" "terraform is not installed"; done
  exit 0
fi

check "terraform fmt" terraform fmt -check -diff -recursive "$here" || true

copy_deploy
module=$work/deploy/terraform
find_provider

if ((${#plugins[@]} > 0)); then
  check "terraform init module" initialise "$module"
elif ! initialise "$module" >/dev/null 2>&1 </dev/null; then
  for name in "${checks_of_terraform[@]:1}"; do skip "$name" "the AWS provider cannot be installed"; done
  exit $((failures > 0))
fi

check "terraform validate module" terraform -chdir="$module" validate -no-color || true

# Runs the tests of a folder into a file.
run_tests() {
  local code=0
  terraform -chdir="$1" test -no-color >"$2" 2>&1 </dev/null || code=$?
  echo "exit code $code" >>"$2"
}

# One line per test run; the whole output only if one fails.
report_tests() {
  if ! grep -qx 'exit code 0' "$2"; then
    echo "FAIL terraform test of $1"
    sed 's/^/     /' "$2"
    failures=$((failures + 1))
  fi
  sed -nE -e 's/^  run "(.*)"\.\.\. pass$/ok   terraform test: \1/p' -e 's/^  run "(.*)"\.\.\. fail$/FAIL terraform test: \1/p' \
    -e 's/^  run "(.*)"\.\.\. skip$/FAIL terraform test: \1 (not run)/p' "$2"
}

# The tests of the module take as long as everything else together, so they run beside it. The folder is a copy of the module and nothing
# else: a reference to a file outside of the module fails.
mkdir -p "$work/published"
cp -R "$module" "$work/published/module"
run_tests "$work/published/module" "$work/tests.module" &
module_tests=$!
for folder in "$module"/modules/* "$module"/examples/*; do
  name=${folder#"$module"/}
  check "terraform init $name" initialise "$folder" || continue
  run_tests "$folder" "$work/tests.folder"
  report_tests "$name" "$work/tests.folder"
done
wait "$module_tests"
report_tests module "$work/tests.module"

if command -v python3 >/dev/null; then
  check "tables of inputs and outputs" "$here/document-module.py" --check || true
  check "objects in failed events" python3 "$here/check-redrive.py" || true
else
  skip "tables of inputs and outputs" "python3 is not installed"
  skip "objects in failed events" "python3 is not installed"
fi

# Renders the state machines as the module does, with the names used in the tests.
# terraform console reads one expression per line, so the line breaks are removed.
tr -d '\n' >"$work/load.expression" <<'EOF'
base64encode(templatefile("statemachine/load.asl.json", { partition = "aws",
 function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:energy-loader-step-functions", task_timeout_seconds = 960,
 retry_interval_seconds = 30, retry_attempts = 6, resume_pause_seconds = 5 }))
EOF
tr -d '\n' >"$work/backfill.expression" <<'EOF'
base64encode(templatefile("statemachine/backfill.asl.json", { partition = "aws", source_bucket = "lake", source_prefix = "processed/",
 results_bucket = "lake", results_prefix = "backfill-results", max_concurrency = 10, tolerated_failure_percentage = "10.0",
 items_per_batch = 100, bytes_per_call = 268435456, retry_interval_seconds = 30, retry_attempts = 6, task_timeout_seconds = 960,
 function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:energy-loader-step-functions",
 lambda_retries = jsonencode(slice(jsondecode(file("../rendered/load.asl.json")).States.Load.Retry, 1, 3)),
 process_errors = jsonencode(jsondecode(file("../rendered/load.asl.json")).States.Load.Retry[2].ErrorEquals) }))
EOF

render() {
  mkdir -p "$work/deploy/rendered"
  for machine in load backfill; do
    terraform -chdir="$module" console -var package_path=versions.tf -var source_bucket=lake <"$work/$machine.expression" | tr -d '"\n' | base64 -d \
      >"$work/deploy/rendered/$machine.asl.json" || return
  done
}

# Independent programs of other projects, which run here and are part of nothing that is built: a validator of state machines, and a simulator
# of IAM (its license is the AGPL).
programs=(asl-validator@4.0.0 @cloud-copilot/iam-simulate@0.1.173)
missing=
if ! command -v npm >/dev/null; then
  missing="npm is not installed"
elif ! timeout 180 npm install --prefix "$work/npm" --no-audit --no-fund --ignore-scripts --loglevel=error "${programs[@]}" \
  >"$work/npm.output" 2>&1 </dev/null; then
  missing="${programs[*]} cannot be installed"
fi

if check "render state machines" render; then
  if [[ -n $missing ]]; then
    skip "state machines" "$missing"
  else
    check "state machines" "$work/npm/node_modules/.bin/asl-validator" \
      --json-path "$work/deploy/rendered/load.asl.json" --json-path "$work/deploy/rendered/backfill.asl.json" || true
  fi
fi

if [[ -n $missing ]]; then
  skip "policies in a simulator of IAM" "$missing"
else
  check "policies in a simulator of IAM" node "$here/check-policies.mjs" "$work/npm" || true
fi

if python3 -c 'import boto3, moto.events.models' 2>/dev/null; then
  check "event patterns and notification filters" python3 "$here/check-events.py" || true
else
  skip "event patterns and notification filters" "moto is not installed"
fi

# Takes minutes, so it runs only on request.
if [[ ${LOADER_APPLY:-} == 1 ]]; then
  "$here/check-apply.sh" || failures=$((failures + 1))
else
  skip "apply" "takes minutes; LOADER_APPLY=1 or deploy/check-apply.sh runs it"
fi

exit $((failures > 0))
