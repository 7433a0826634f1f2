output "function_arns" {
  description = "ARNs of the functions, by entry point."
  value       = { for key, function in aws_lambda_function.this : key => function.arn }
}

output "state_machine_arns" {
  description = "ARNs of the state machines. The input of load is {\"bucket\", \"key\"}; the input of backfill is {\"prefix\"} or {}."
  value = {
    load     = aws_sfn_state_machine.load.arn
    backfill = aws_sfn_state_machine.backfill.arn
  }
}

output "table_arns" {
  description = "ARNs of the three Timestream tables, whether or not the module created them. Empty with the sink influxdb."
  value       = local.table_arns
}

output "rejected_rows_location" {
  description = "Location of rows that could not be stored."
  value       = local.rejected_rows
}

output "backfill_results_location" {
  description = "Location where the backfill lists which objects it loaded and which failed."
  value       = "s3://${local.output_bucket}/${var.backfill_results_prefix}"
}

output "failures_queue_url" {
  description = "URL of the queue with events that asynchronous calls could not load."
  value       = aws_sqs_queue.failures.url
}

output "events_queue_urls" {
  description = "URLs of the queue that the function reads and of its dead-letter queue. Null without the trigger sqs."
  value = var.trigger != "sqs" ? null : {
    events       = aws_sqs_queue.events[0].url
    dead_letters = aws_sqs_queue.events_dead_letters[0].url
  }
}

output "alarm_topic_arn" {
  description = "ARN of the topic that every alarm notifies. Null without alarms."
  value       = var.create_alarms ? local.alarm_topic_arn : null
}

output "alarm_names" {
  description = "Names of all alarms."
  value       = sort(concat([for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_name], aws_cloudwatch_metric_alarm.quiet[*].alarm_name))
}

output "dashboard_name" {
  description = "Name of the dashboard. Null without it."
  value       = one(aws_cloudwatch_dashboard.this[*].dashboard_name)
}

output "policies" {
  description = "Policy documents as objects, for review and for policy checks: those of the functions, the state machines and the role of the rule."
  value = {
    functions      = local.function_policies
    state_machines = local.state_machine_policies
    events         = var.trigger == "state_machine" ? local.events_policy : null
  }
}

output "kms_key_policy_statements" {
  description = "Statements that the policy of kms_key_arn needs, so that the services can use the key for the module. Empty without a key."
  value = [for statement in [
    {
      Sid       = "Logs"
      Effect    = "Allow"
      Principal = { Service = "logs.${local.region}.amazonaws.com" }
      Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
      Resource  = "*"
      Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = concat(values(local.log_group_arns), values(local.machine_log_group_arns)) } }
    },
    {
      Sid       = "AlarmsAndEvents"
      Effect    = "Allow"
      Principal = { Service = ["cloudwatch.amazonaws.com", "events.amazonaws.com"] }
      Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
      Resource  = "*"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    },
  ] : statement if var.kms_key_arn != null]
}

output "role_arns" {
  description = "ARNs of the roles of the functions and of the state machines, for example for a policy of the key or of the bucket."
  value = {
    functions      = { for key, role in aws_iam_role.function : key => role.arn }
    state_machines = { for key, role in aws_iam_role.state_machine : key => role.arn }
  }
}

output "log_group_names" {
  description = "Names of the log groups of the functions, and of the state machines if they log."
  value       = sort(concat([for group in aws_cloudwatch_log_group.function : group.name], [for group in aws_cloudwatch_log_group.state_machine : group.name]))
}

output "redrive_commands" {
  description = "Shell commands that load the objects again whose events are in the failures queue and, with the trigger sqs, in the dead-letter queue of events. They need python3 and the AWS CLI."
  value = merge(
    { failures = "python3 ${path.module}/scripts/redrive.py ${aws_sqs_queue.failures.url} ${aws_sfn_state_machine.load.arn}" },
    { for queue in aws_sqs_queue.events_dead_letters : "events" => "python3 ${path.module}/scripts/redrive.py ${queue.url} ${aws_sfn_state_machine.load.arn}" },
  )
}
