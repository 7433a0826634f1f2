#!/usr/bin/env bash
# Applies an example to an emulated account, runs the applied state machines, and destroys everything. Takes minutes, so it is run by hand.
# moto is the account. LocalAws (tests/) serves S3, Timestream and CloudWatch to the real executable, which runs with the handler and the
# environment of the applied function. LOADER_BOOTSTRAP names the executable; the default is the one that `dotnet build` wrote.
# LOADER_TRIGGER=sqs and LOADER_TRIGGER=state_machine apply the other triggers. LOADER_EXAMPLE=influxdb and LOADER_EXAMPLE=existing-bucket apply
# these examples instead of examples/complete; their machines are not run: the LocalAws command serves no InfluxDB, and has other tables.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/checks.sh"
root=$(dirname "$here")
bootstrap=${LOADER_BOOTSTRAP:-$root/artifacts/bin/Loader.Lambda/debug/bootstrap}
local_aws=$root/artifacts/bin/Loader.LocalAws/debug/Loader.LocalAws
trigger=${LOADER_TRIGGER:-eventbridge}
function=energy-loader-step-functions
example_name=${LOADER_EXAMPLE:-complete}
[[ $example_name =~ ^(complete|influxdb|existing-bucket)$ ]] || { echo "LOADER_EXAMPLE must be complete, influxdb or existing-bucket" >&2; exit 2; }

# The limit in seconds for the whole script, and for each server in case the script cannot stop it.
limit=1200

finish() {
  local begun
  begun=$(jobs -pr)
  # shellcheck disable=SC2086 # one argument each
  [[ -z $begun ]] || kill $begun 2>/dev/null || true
  wait
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

for needed in terraform aws python3 curl; do
  command -v $needed >/dev/null || { skip "apply" "$needed is not installed"; exit 0; }
done
if ! python3 -c 'import boto3, moto.server, moto.stepfunctions.parser.api' 2>/dev/null; then
  skip "apply" "moto, with server and stepfunctions, is not installed"
  exit 0
fi
[[ -x $bootstrap && -x $local_aws ]] || { echo "FAIL $bootstrap or $local_aws is missing: run dotnet build first"; exit 1; }

# Runs a command within the remaining time. It runs in the background, because a signal interrupts wait but not a foreground command.
within() {
  local left=$((limit - SECONDS))
  timeout -k 30 $((left > 1 ? left : 1)) "$@" &
  wait $!
}

# Starts a server and waits until its log contains its address.
serve() {
  local log=$1 mark=$2 address=
  shift 2
  : >"$log"
  timeout -k 10 $limit "$@" >>"$log" 2>&1 &
  for _ in {1..600}; do
    address=$(sed -n "s|.*$mark\(http://127.0.0.1:[0-9]*\).*|\1|p" "$log" | head -n 1)
    [[ -z $address ]] || break
    sleep 0.2
  done
  [[ -n $address ]] || { echo "FAIL $1 did not start"; sed 's/^/     /' "$log"; exit 1; }
  server=$address
}

# The lake holds one valid object and one that is not a Parquet file.
objects=$work/lake/processed/dataset=generation
mkdir -p "$objects"
sample=$(find "$root/samples" -path '*dataset=generation*' -name '*.parquet' -print -quit)
cp "$sample" "$objects/good.parquet"
echo 'not a Parquet file' >"$objects/bad.parquet"
serve "$work/local-aws.log" 'export AWS_ENDPOINT_URL=' "$local_aws" --port 0 --s3-folder "$work/lake" --bucket lake
services=$server
serve "$work/moto.log" 'Running on ' env MOTO_PORT="${services##*:}" python3 "$here/check-apply-moto.py" -H 127.0.0.1 -p 0

export AWS_ENDPOINT_URL=$server AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1
export AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE=$work/none AWS_SHARED_CREDENTIALS_FILE=$work/none AWS_PAGER=

# Endpoint discovery would direct the provider from moto to the real Timestream.
export AWS_ENABLE_ENDPOINT_DISCOVERY=false

copy_deploy
find_provider
example=$work/deploy/terraform/examples/$example_name
cat >"$example/emulated_override.tf" <<'EOT'
provider "aws" {
  s3_use_path_style = true
  max_retries       = 1
}
EOT
python3 -m zipfile -c "$work/package.zip" "$bootstrap"
export TF_VAR_trigger=$trigger TF_VAR_bucket=lake TF_VAR_package_path=$work/package.zip TF_VAR_alarm_emails='["operators@example.com"]'

# examples/influxdb expects InfluxDB in a VPC: here the default VPC of the account, with a security group for it.
make_network() {
  local vpc group
  vpc=$(within aws ec2 describe-vpcs --query 'Vpcs[0].VpcId' --output text) &&
    group=$(within aws ec2 create-security-group --group-name influxdb --description InfluxDB --vpc-id "$vpc" \
      --query GroupId --output text) &&
    TF_VAR_subnet_ids=$(within aws ec2 describe-subnets --query 'Subnets[].SubnetId') &&
    TF_VAR_route_table_ids=$(within aws ec2 describe-route-tables --query 'RouteTables[].RouteTableId') || return
  export TF_VAR_vpc_id=$vpc TF_VAR_subnet_ids TF_VAR_route_table_ids
  TF_VAR_influxdb=$(printf '{ "endpoint": "influxdb.example", "port": 8086, "security_group_id": "%s", %s }' "$group" \
    '"engine": "2", "org": "grid", "bucket": "energy"')
  export TF_VAR_influxdb
}
[[ $example_name != influxdb ]] || check "a VPC with a security group for InfluxDB" make_network

# examples/existing-bucket expects buckets, tables and a permissions boundary. An explicit endpoint switches endpoint discovery off.
make_existing() {
  cat >"$work/existing.py" <<'EOT'
import os
import sys

import boto3

s3, iam, timestream = (boto3.client(name, endpoint_url=os.environ["AWS_ENDPOINT_URL"]) for name in ("s3", "iam", "timestream-write"))
for bucket in ("lake", "packages"):
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
s3.upload_file(sys.argv[1], "packages", "loader/loader-linux-arm64.zip")
timestream.create_database(DatabaseName="existing")
for table in ("gen", "con", "tra"):
    timestream.create_table(DatabaseName="existing", TableName=table)
iam.create_policy(PolicyName="boundary", PolicyDocument='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}')
EOT
  within python3 "$work/existing.py" "$work/package.zip" &&
    export TF_VAR_package_s3='{ bucket = "packages", key = "loader/loader-linux-arm64.zip" }' TF_VAR_database_name=existing \
      TF_VAR_table_names='{ generation = "gen", consumption = "con", transmission = "tra" }' \
      TF_VAR_permissions_boundary_arn=arn:aws:iam::123456789012:policy/boundary
}
[[ $example_name != existing-bucket ]] || check "buckets, tables and a boundary that exist" make_existing

run_terraform() {
  local begun=$SECONDS name=$1
  shift
  check "$name" within terraform -chdir="$example" "$@" -no-color -input=false
  echo "     $((SECONDS - begun)) s"
}

if ((${#plugins[@]} > 0)); then
  check "terraform init" initialise "$example"
elif ! initialise "$example" >/dev/null 2>&1 </dev/null; then
  skip "apply" "the AWS provider cannot be installed"
  exit 0
fi

# Asks the account itself for its resources, because the Terraform state would not show what the account lost.
has() {
  within python3 "$here/check-apply-account.py" >"$work/$1"
}

check "the resources before" has before
run_terraform "terraform apply" apply -auto-approve
has_resources() {
  has after && comm -13 <(sort "$work/before") <(sort "$work/after") >"$work/applied" && [[ -s $work/applied ]]
}
check "the account has the resources" has_resources
made=$(terraform -chdir="$example" state list | grep -vc '\.data\.')
kinds=$(cut -d ' ' -f 1 "$work/applied" | sort -u | wc -l)
echo "     $made resources; the account lists $(wc -l <"$work/applied") of $kinds kinds"

# moto does not support logging_config, does not return the EventBridge setting of a bucket, formats a queue's policy differently, and drops
# the descriptions of security group rules.
case $example_name in
  complete) echo 'aws_s3_bucket_notification.lake eventbridge' ;;
  influxdb)
    printf 'module.network.aws_vpc_security_group_%s description\n' \
      'egress_rule.influxdb[0]' 'egress_rule.s3[0]' egress_rule.services 'ingress_rule.endpoints[0]' 'ingress_rule.influxdb[0]'
    ;;
  existing-bucket) ;;
esac >"$work/forgotten"
cat >>"$work/forgotten" <<'EOT'
module.loader.aws_lambda_function.this["s3_event"] logging_config
module.loader.aws_lambda_function.this["step_functions"] logging_config
EOT
[[ $trigger != sqs ]] || echo 'module.loader.aws_sqs_queue.events[0] redrive_policy' >>"$work/forgotten"
run_terraform "terraform plan after it" plan -out="$work/plan"
changes() {
  terraform -chdir="$example" show -json "$work/plan" | python3 -c '
import json, sys

for resource in json.load(sys.stdin)["resource_changes"]:
    change = resource["change"]
    if change["actions"] not in (["no-op"], ["read"]):
        before, after = change["before"] or {}, change["after"] or {}
        for name in sorted(before.keys() | after.keys()):
            if before.get(name) != after.get(name):
                print(resource["address"], name)' >"$work/changes" && diff <(sort "$work/forgotten") <(sort "$work/changes")
}
check "a second apply would change only what moto does not keep" changes || true
sed 's/^/     /' "$work/changes"

read_environment() {
  within aws lambda get-function-configuration --function-name $function >"$work/function.json" &&
    python3 -c '
import json, sys

function = json.load(sys.stdin)
print("AWS_LAMBDA_FUNCTION_MEMORY_SIZE={}".format(function["MemorySize"]))
for name, value in function["Environment"]["Variables"].items():
    print(f"{name}={value}")' <"$work/function.json" >"$work/environment" &&
    mapfile -t variables <"$work/environment" && [[ ${#variables[@]} -gt 5 ]]
}
check "environment of the applied function" read_environment

# Runs the executable with the handler, memory and environment of the applied function.
start_function() {
  local dotnet_root=${DOTNET_ROOT:-} # needed by a build, not by a published binary
  if [[ -z $dotnet_root ]] && command -v dotnet >/dev/null; then
    dotnet_root=$(dirname "$(readlink -f "$(command -v dotnet)")")
  fi
  env -i "${variables[@]}" DOTNET_ROOT="$dotnet_root" AWS_LAMBDA_RUNTIME_API="${services#http://}/_runtime/$function" \
    AWS_LAMBDA_FUNCTION_NAME=$function AWS_REGION=eu-west-1 AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_ENDPOINT_URL="$services" \
    "$(command -v timeout)" -k 10 $limit "$bootstrap" >"$work/function.log" 2>&1 &
}

member() { python3 -c "import json, sys; print(json.load(sys.stdin)$1)"; }
described() { within aws stepfunctions describe-execution --execution-arn "$execution" --query "$1" --output text; }

# Runs an applied state machine to its end and sets $execution (its ARN) and $status. The output is shown only if the check fails.
execute() {
  local machine=$1 name=$2 input=$3 arn
  arn=$(terraform -chdir="$example" output -json state_machine_arns | member "['$machine']") &&
    execution=$(within aws stepfunctions start-execution --state-machine-arn "$arn" --name "$name" --input "$input" \
      --query executionArn --output text) || return
  status=RUNNING
  while [[ $status == RUNNING ]] && ((SECONDS < limit)); do
    sleep 0.5
    status=$(described status) || return
  done
  within aws stepfunctions get-execution-history --execution-arn "$execution"
  echo "$machine: $status"
  cat "$work/function.log"
}

loads() {
  execute load good '{"bucket":"lake","key":"processed/dataset=generation/good.parquet"}' && [[ $status == SUCCEEDED ]] &&
    written=$(described output | member "['totals']['records_processed']") &&
    stored=$(curl -sf -m 60 "$services/_local/timestream/energy/generation" | member "['count']") &&
    echo "$written written, $stored stored" && ((written > 0 && written == stored))
}

fails() {
  execute load bad '{"bucket":"lake","key":"processed/dataset=generation/bad.parquet"}' && [[ $status == FAILED ]] &&
    [[ $(described error) == SourceCorruptException ]]
}

backfills() {
  local run counts
  execute backfill whole '{}' && [[ $status == SUCCEEDED ]] &&
    run=$(within aws stepfunctions list-map-runs --execution-arn "$execution" --query 'mapRuns[0].mapRunArn' --output text) &&
    counts=$(within aws stepfunctions describe-map-run --map-run-arn "$run" \
      --query '[itemCounts.succeeded, itemCounts.failed]' --output text) &&
    echo "succeeded and failed: $counts" && [[ $counts == $'1\t1' ]]
}

# A failed event is loaded again, and a message that names no object stays in the queue. This version of the AWS CLI ignores AWS_ENDPOINT_URL
# for SQS.
redrives() {
  local queue machine before python
  queue=$(terraform -chdir="$example" output -raw failures_queue_url) &&
    machine=$(terraform -chdir="$example" output -json state_machine_arns | member "['load']") || return
  # pyenv puts its own folder first, so the command is run by the interpreter itself.
  mkdir -p "$work/bin"
  printf '#!/bin/sh\nexec %s --endpoint-url "$AWS_ENDPOINT_URL" "$@"\n' "$(command -v aws)" >"$work/bin/aws"
  python=$(python3 -c 'import sys; print(sys.executable)')
  ln -sf "$python" "$work/bin/python3"
  chmod +x "$work/bin/aws"
  local PATH=$work/bin:$PATH
  before=$(within aws stepfunctions list-executions --state-machine-arn "$machine" --query 'length(executions)') &&
    within aws sqs send-message --queue-url "$queue" --message-body \
      '{"requestPayload":{"detail":{"bucket":{"name":"lake"},"object":{"key":"processed/dataset=generation/good.parquet"}}}}' &&
    within aws sqs send-message --queue-url "$queue" --message-body '{}' || return
  (cd "$example" && bash -c "$(terraform output -json redrive_commands | member "['failures']")") && return 1
  [[ $(within aws sqs get-queue-attributes --queue-url "$queue" --attribute-names All \
    --query 'sum([to_number(Attributes.ApproximateNumberOfMessages), to_number(Attributes.ApproximateNumberOfMessagesNotVisible)])') == 1* ]] &&
    [[ $(within aws stepfunctions list-executions --state-machine-arn "$machine" --query 'length(executions)') == $((before + 1)) ]] || return
  execution=$(within aws stepfunctions list-executions --state-machine-arn "$machine" --query 'sort_by(executions, &startDate)[-1].executionArn' --output text)
  status=RUNNING
  while [[ $status == RUNNING ]] && ((SECONDS < limit)); do
    sleep 0.5
    status=$(described status) || return
  done
  echo "$status"
  [[ $status == SUCCEEDED ]]
}

uses_what_exists() {
  local role
  diff - <(grep -E '^(SINK|TIMESTREAM_DATABASE_NAME|.*_TABLE_NAME)=' "$work/environment" | sort) <<EOT || return
CONSUMPTION_TABLE_NAME=con
GENERATION_TABLE_NAME=gen
SINK=timestream
TIMESTREAM_DATABASE_NAME=existing
TRANSMISSION_TABLE_NAME=tra
EOT
  python3 -c '
import json, sys

function = json.load(sys.stdin)
sys.exit((function["Architectures"], function["TracingConfig"]["Mode"]) != (["arm64"], "Active"))' <"$work/function.json" || return
  for role in s3-event step-functions load backfill; do
    [[ $(within aws iam get-role --role-name "energy-loader-$role" --query Role.PermissionsBoundary.PermissionsBoundaryArn --output text) \
      == arn:aws:iam::123456789012:policy/boundary ]] || return
  done
}

writes_to_influxdb() {
  local secret
  secret=$(terraform -chdir="$example" output -raw put_token | grep -o 'arn:[^ ]*') || return
  diff - <(grep -E '^(SINK|INFLUXDB_.*|TIMESTREAM_.*)=' "$work/environment" | sort) <<EOT
INFLUXDB_BUCKET=energy
INFLUXDB_ENGINE=2
INFLUXDB_ORG=grid
INFLUXDB_TOKEN_SECRET_ARN=$secret
INFLUXDB_URL=https://influxdb.example:8086
SINK=influxdb
EOT
}

keeps_token() {
  TOKEN='to/ken==' within bash -c "$(terraform -chdir="$example" output -raw put_token)" &&
    within aws secretsmanager get-secret-value --secret-id "$(sed -n 's/^INFLUXDB_TOKEN_SECRET_ARN=//p' "$work/environment")" \
      --query SecretString --output text >"$work/token" && diff - "$work/token" <<<'{"token":"to/ken=="}'
}

# moto returns the subnets in any order.
runs_in_vpc() {
  python3 -c 'import json, sys; sys.exit(set(json.load(sys.stdin)["VpcConfig"]["SubnetIds"]) != set(json.loads(sys.argv[1])))' \
    "$TF_VAR_subnet_ids" <"$work/function.json"
}

if [[ $example_name == complete ]]; then
  start_function
  check "applied load machine loads an object" loads && echo "     $stored records" || true
  check "applied load machine ends with the name of a permanent failure" fails || true
  check "applied backfill loads the prefix and continues after a bad object" backfills || true
  check "one command loads the objects of failed events again" redrives || true
elif [[ $example_name == existing-bucket ]]; then
  check "applied functions use the existing tables, the package in the bucket, X-Ray and the boundary" uses_what_exists || true
else
  check "applied function has the settings of InfluxDB and none of Timestream" writes_to_influxdb || true
  check "the command in the outputs puts the token where the function reads it" keeps_token || true
  check "applied function runs in the subnets" runs_in_vpc || true
fi

run_terraform "terraform destroy" destroy -auto-approve
has_nothing() {
  [[ -z $(terraform -chdir="$example" state list) ]] && has left && diff "$work/before" "$work/left"
}
check "nothing is left that was not there before" has_nothing || true

echo "     $SECONDS s in total"
[[ $example_name != influxdb ]] || echo "note: not covered here: a load into InfluxDB, and the network of the VPC"
echo "note: not covered here: event delivery, failure tolerance and results of a backfill, IAM evaluation (docs/deployment.md)"
exit $((failures > 0))
