locals {
  load_definition = templatefile("${path.module}/statemachine/load.asl.json", {
    partition              = local.partition
    function_arn           = local.function_arns.step_functions
    task_timeout_seconds   = var.timeout_seconds + 60
    retry_interval_seconds = var.state_machines.retry_interval_seconds
    retry_attempts         = var.state_machines.retry_attempts
    resume_pause_seconds   = var.state_machines.resume_pause_seconds
  })

  # Failures of Lambda itself are retried as by the load machine. The last retrier names the errors of a process that ended.
  lambda_retries = slice(jsondecode(local.load_definition).States.Load.Retry, 1, 3)

  backfill_definition = templatefile("${path.module}/statemachine/backfill.asl.json", {
    partition                    = local.partition
    source_bucket                = var.source_bucket
    source_prefix                = var.source_prefix
    results_bucket               = local.output_bucket
    results_prefix               = trimsuffix(var.backfill_results_prefix, "/")
    max_concurrency              = var.state_machines.backfill_max_concurrency
    tolerated_failure_percentage = format("%.1f", var.state_machines.backfill_tolerated_failure_percentage)
    items_per_batch              = var.state_machines.backfill_items_per_batch
    bytes_per_call               = var.state_machines.backfill_bytes_per_call
    function_arn                 = local.function_arns.step_functions
    task_timeout_seconds         = var.timeout_seconds + 60
    retry_interval_seconds       = var.state_machines.retry_interval_seconds
    retry_attempts               = var.state_machines.retry_attempts
    lambda_retries               = jsonencode(local.lambda_retries)
    process_errors               = jsonencode(local.lambda_retries[1].ErrorEquals)
  })
}

resource "aws_sfn_state_machine" "load" {
  name       = local.state_machines.load.name
  role_arn   = aws_iam_role.state_machine["load"].arn
  definition = local.load_definition
  tags       = var.tags

  dynamic "logging_configuration" {
    for_each = local.machines_logged ? [true] : []

    content {
      level                  = var.state_machines.log_level
      include_execution_data = false
      log_destination        = "${local.machine_log_group_arns["load"]}:*"
    }
  }

  dynamic "tracing_configuration" {
    for_each = var.tracing ? [true] : []

    content {
      enabled = true
    }
  }

  depends_on = [aws_iam_role_policy.state_machine, aws_cloudwatch_log_group.state_machine]
}

resource "aws_sfn_state_machine" "backfill" {
  name       = local.state_machines.backfill.name
  role_arn   = aws_iam_role.state_machine["backfill"].arn
  definition = local.backfill_definition
  tags       = var.tags

  dynamic "logging_configuration" {
    for_each = local.machines_logged ? [true] : []

    content {
      level                  = var.state_machines.log_level
      include_execution_data = false
      log_destination        = "${local.machine_log_group_arns["backfill"]}:*"
    }
  }

  dynamic "tracing_configuration" {
    for_each = var.tracing ? [true] : []

    content {
      enabled = true
    }
  }

  depends_on = [aws_iam_role_policy.state_machine, aws_cloudwatch_log_group.state_machine]
}
