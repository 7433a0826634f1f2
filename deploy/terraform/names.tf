data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

# ARNs are built from names, not read from resources, so that every policy is known and testable before anything exists.
locals {
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.id # the name; version 6 of the provider deprecates the attribute name
  account   = data.aws_caller_identity.current.account_id

  functions = {
    s3_event = {
      name    = "${var.name}-s3-event"
      handler = "LoadFromS3Event"
    }
    step_functions = {
      name    = "${var.name}-step-functions"
      handler = "LoadFromStepFunctions"
    }
  }
  function_arns = { for key, function in local.functions : key => "arn:${local.partition}:lambda:${local.region}:${local.account}:function:${function.name}" }

  state_machines = {
    load     = { name = "${var.name}-load" }
    backfill = { name = "${var.name}-backfill" }
  }
  state_machine_arns = { for key, machine in local.state_machines : key => "arn:${local.partition}:states:${local.region}:${local.account}:stateMachine:${machine.name}" }

  log_group_arns = { for key, function in local.functions : key => "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/aws/lambda/${function.name}" }
  # Step Functions needs the prefix /aws/vendedlogs/, so that the resource policy of CloudWatch Logs does not grow with each log group.
  machines_logged        = var.state_machines.log_level != "OFF"
  machine_log_groups     = { for key, machine in local.state_machines : key => "/aws/vendedlogs/states/${machine.name}" if local.machines_logged }
  machine_log_group_arns = { for key, name in local.machine_log_groups : key => "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:${name}" }

  queue_arns = {
    failures            = "arn:${local.partition}:sqs:${local.region}:${local.account}:${var.name}-failures"
    events              = "arn:${local.partition}:sqs:${local.region}:${local.account}:${var.name}-events"
    events_dead_letters = "arn:${local.partition}:sqs:${local.region}:${local.account}:${var.name}-events-dead-letters"
  }
  rule_arn = "arn:${local.partition}:events:${local.region}:${local.account}:rule/${var.name}-objects"

  on_timestream = var.sink == "timestream"
  destination   = local.on_timestream ? "Timestream" : "InfluxDB"
  table_arns = {
    for dataset, table in var.table_names :
    dataset => "arn:${local.partition}:timestream:${local.region}:${local.account}:database/${var.database_name}/table/${table}" if local.on_timestream
  }

  source_prefixes   = concat([var.source_prefix], var.further_source_prefixes)
  output_bucket     = coalesce(var.output_bucket, var.source_bucket)
  source_bucket_arn = "arn:${local.partition}:s3:::${var.source_bucket}"
  output_bucket_arn = "arn:${local.partition}:s3:::${local.output_bucket}"
  rejected_rows     = "s3://${local.output_bucket}/${var.rejected_rows_prefix}"
}
