# Saved queries of CloudWatch Logs Insights. docs/operations.md of the loader describes the members of a log entry.
locals {
  log_queries = {
    "failed-loads" = {
      groups = values(aws_cloudwatch_log_group.function)[*].name
      query  = <<-EOT
        fields @timestamp, exception.errorType, exception.errorMessage, message, requestId
        | filter level in ['ERROR', 'FATAL']
        | sort @timestamp desc
        | limit 200
      EOT
    }
    "failures-by-type" = {
      groups = values(aws_cloudwatch_log_group.function)[*].name
      query  = <<-EOT
        filter ispresent(exception.errorType)
        | stats count(*) as failures, max(@timestamp) as newest by exception.errorType
        | sort failures desc
      EOT
    }
    "one-object" = {
      groups = values(aws_cloudwatch_log_group.function)[*].name
      query  = <<-EOT
        fields @timestamp, level, message, exception.errorType, requestId
        | filter message like 'PART-OF-THE-KEY' or exception.errorMessage like 'PART-OF-THE-KEY'
        | sort @timestamp desc
        | limit 200
      EOT
    }
    "skipped-objects" = {
      groups = values(aws_cloudwatch_log_group.function)[*].name
      query  = <<-EOT
        filter message like /^Skipped /
        | stats count(*) as skipped, max(@timestamp) as newest by properties.Reason
        | sort skipped desc
      EOT
    }
    "retries-and-throttling" = {
      groups = values(aws_cloudwatch_log_group.function)[*].name
      query  = <<-EOT
        filter ispresent(properties.Service) and ispresent(properties.Code)
        | stats count(*) as warnings, sum(properties.Count) as retries by properties.Service, properties.Code, bin(15m)
        | sort @timestamp desc
      EOT
    }
    "longest-calls" = {
      groups = values(aws_cloudwatch_log_group.function)[*].name
      query  = <<-EOT
        fields @timestamp, record.metrics.durationMs, record.metrics.maxMemoryUsedMB, record.metrics.memorySizeMB, record.requestId
        | filter type = 'platform.report'
        | sort record.metrics.durationMs desc
        | limit 50
      EOT
    }
    "failed-executions" = {
      groups = values(aws_cloudwatch_log_group.state_machine)[*].name
      query  = <<-EOT
        fields @timestamp, execution_arn, type, details.error, details.cause
        | filter type in ['ExecutionFailed', 'ExecutionTimedOut', 'ExecutionAborted']
        | sort @timestamp desc
        | limit 200
      EOT
    }
  }
}

resource "aws_cloudwatch_query_definition" "this" {
  for_each = { for key, query in local.log_queries : key => query if var.create_log_queries && (key != "failed-executions" || local.machines_logged) }

  name            = "${var.name}/${each.key}"
  log_group_names = each.value.groups
  query_string    = each.value.query
}
