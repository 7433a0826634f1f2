locals {
  datasets      = ["generation", "consumption", "transmission"]
  dataset_types = concat(local.datasets, ["unknown"]) # "unknown": loads that failed before their dataset was known
  thresholds    = var.alarm_thresholds

  dead_letter_queues = merge(
    { failures = "${var.name}-failures" },
    var.trigger == "sqs" ? { events = "${var.name}-events-dead-letters" } : {},
  )

  # Each entry is one alarm: its metrics, and an expression over their ids if there are several. One resource below gives
  # all of them the same actions, so that no alarm lacks them.
  alarms = merge(
    {
      "processing-errors" = {
        description = "Loads failed. The log of the function names the file and the reason."
        threshold   = local.thresholds.processing_errors
        expression  = "SUM(METRICS())"
        metrics     = { for type in local.dataset_types : type => { name = "ProcessingErrors", stat = "Sum", dimensions = { DatasetType = type } } }
      }
      "throttled-requests" = {
        description = "${local.destination} throttles requests. Loads continue more slowly. If throttling continues, lower the concurrency of the functions and the backfill."
        threshold   = local.thresholds.throttled_requests
        expression  = "SUM(METRICS())"
        metrics     = { for type in local.dataset_types : type => { name = "ThrottledRequests", stat = "Sum", dimensions = { DatasetType = type } } }
      }
    },
    {
      for dataset in local.datasets : "refused-rows-${dataset}" => {
        description = "More than ${local.thresholds.refused_percent} percent of the ${dataset} rows were invalid or rejected. They are kept below ${local.rejected_rows}."
        threshold   = local.thresholds.refused_percent
        expression  = "100 * (FILL(invalid, 0) + FILL(rejected, 0)) / (FILL(written, 0) + FILL(superseded, 0) + FILL(duplicate, 0) + FILL(invalid, 0) + FILL(rejected, 0))"
        metrics = {
          for id, name in local.row_metrics : id => { name = name, stat = "Sum", dimensions = { DatasetType = dataset } }
        }
      }
    },
    {
      for key, function in local.functions : "duration-${replace(key, "_", "-")}" => {
        description = "A call of ${function.name} took longer than ${local.thresholds.duration_seconds} seconds. Shortly before ${var.timeout_seconds} seconds a load stops incomplete. Load such files with the state machine."
        threshold   = local.thresholds.duration_seconds * 1000
        expression  = null
        metrics     = { longest = { namespace = "AWS/Lambda", name = "Duration", stat = "Maximum", dimensions = { FunctionName = function.name } } }
      }
    },
    {
      for key, function in local.functions : "function-errors-${replace(key, "_", "-")}" => {
        description = "Calls of ${function.name} failed."
        threshold   = local.thresholds.function_errors
        expression  = null
        metrics     = { errors = { namespace = "AWS/Lambda", name = "Errors", stat = "Sum", dimensions = { FunctionName = function.name } } }
      }
    },
    {
      for key, function in local.functions : "function-throttles-${replace(key, "_", "-")}" => {
        description = "Lambda throttled calls of ${function.name} because no concurrency was available."
        threshold   = local.thresholds.function_throttles
        expression  = null
        metrics     = { throttles = { namespace = "AWS/Lambda", name = "Throttles", stat = "Sum", dimensions = { FunctionName = function.name } } }
      }
    },
    {
      for key, queue in local.dead_letter_queues : "dead-letters-${key}" => {
        description = "The queue ${queue} contains events of objects that could not be loaded after all retries."
        threshold   = local.thresholds.dead_letter_messages
        expression  = null
        metrics     = { waiting = { namespace = "AWS/SQS", name = "ApproximateNumberOfMessagesVisible", stat = "Maximum", dimensions = { QueueName = queue } } }
      }
    },
    {
      # Lambda drops an event that it can deliver neither to the function nor to the failures queue.
      "lost-events-function" = {
        description = "Lambda could not put failed events of ${local.functions.s3_event.name} into ${var.name}-failures: these events are lost. Load their objects by hand."
        threshold   = local.thresholds.lost_events
        expression  = null
        metrics     = { lost = { namespace = "AWS/Lambda", name = "DestinationDeliveryFailures", stat = "Sum", dimensions = { FunctionName = local.functions.s3_event.name } } }
      }
    },
    {
      for name in ["lost-events-rule"] : name => {
        description = "EventBridge could not put undelivered events of the rule ${var.name}-objects into ${var.name}-failures: these events are lost. Load their objects by hand."
        threshold   = local.thresholds.lost_events
        expression  = null
        metrics     = { lost = { namespace = "AWS/Events", name = "InvocationsFailedToBeSentToDlq", stat = "Sum", dimensions = { RuleName = "${var.name}-objects" } } }
      } if local.rule_wanted
    },
    {
      for name in ["queue-age"] : name => {
        description = "A message waits for more than ${local.thresholds.queue_age_seconds} seconds in ${var.name}-events: loads fail again and again, or arrive faster than they are loaded. The queue deletes messages after 14 days."
        threshold   = local.thresholds.queue_age_seconds
        expression  = null
        metrics     = { oldest = { namespace = "AWS/SQS", name = "ApproximateAgeOfOldestMessage", stat = "Maximum", dimensions = { QueueName = "${var.name}-events" } } }
      } if var.trigger == "sqs"
    },
    {
      # Missing data is an alarm here: it shows that the name is wrong or that the instance is gone.
      for key, metric in local.influxdb_metrics : "influxdb-${key}" => {
        description = "${metric} of the InfluxDB instance ${var.influxdb.instance_name} is above ${local.thresholds["influxdb_${key}"]} percent, or the instance publishes no metrics. ${key == "disk" ? "A full disk stops all writes. Storage can be increased, but not decreased." : "Loads become slow or fail. Lower the concurrency of loads, or choose a larger instance."}"
        threshold   = local.thresholds["influxdb_${key}"]
        expression  = null
        missing     = "breaching"
        metrics     = { used = { namespace = "AWS/Timestream/InfluxDB", name = metric, stat = "Average", dimensions = { DbInstanceName = var.influxdb.instance_name } } }
      } if try(var.influxdb.instance_name, null) != null
    },
    {
      for key, machine in local.state_machines : "failed-executions-${key}" => {
        description = "Executions of ${machine.name} failed or timed out."
        threshold   = local.thresholds.failed_executions
        expression  = "SUM(METRICS())"
        metrics = {
          for id, name in { failed = "ExecutionsFailed", timed_out = "ExecutionsTimedOut" } :
          id => { namespace = "AWS/States", name = name, stat = "Sum", dimensions = { StateMachineArn = local.state_machine_arns[key] } }
        }
      }
    },
    {
      for dataset, table in var.table_names : "late-rejections-${dataset}" => {
        description = "The magnetic store rejected records of ${table} after it had confirmed them: a record with the same or a newer version is stored. This is no loss if an older file was loaded after a newer one. The reports are below ${local.rejected_rows}timestream/${dataset}/ for tables that the module created."
        threshold   = local.thresholds.late_rejections
        expression  = local.timestream_queries.rejected[dataset]
        metrics     = {}
      } if local.on_timestream
    },
    {
      for name in ["lost-reports"] : name => {
        description = "Timestream could not write its reports of rejected records to S3, so it is not known which records were rejected. Check whether the bucket exists and whether Timestream may write to it."
        threshold   = local.thresholds.lost_reports
        expression  = local.timestream_queries.lost_reports
        metrics     = {}
      } if local.on_timestream
    },
  )

  # Timestream publishes these metrics by database, table and operation. A query sums over the operations, whose values are not documented.
  timestream_queries = {
    rejected = {
      for dataset, table in var.table_names : dataset =>
      "SELECT SUM(MagneticStoreRejectedRecordCount) FROM \"AWS/Timestream\" WHERE DatabaseName = '${var.database_name}' AND TableName = '${table}'"
    }
    lost_reports = "SELECT SUM(MagneticStoreRejectedUploadUserFailures) FROM \"AWS/Timestream\" WHERE DatabaseName = '${var.database_name}'"
  }

  influxdb_metrics = { cpu = "CPUUtilization", memory = "MemoryUtilization", disk = "DiskUtilization" }

  # read = written + superseded + duplicate + invalid + rejected
  row_metrics = {
    written    = "RecordsProcessed"
    superseded = "RowsSuperseded"
    duplicate  = "RowsDuplicate"
    invalid    = "RowsInvalid"
    rejected   = "RowsRejected"
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = { for key, alarm in local.alarms : key => alarm if var.create_alarms }

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  evaluation_periods  = 1
  treat_missing_data  = try(each.value.missing, "notBreaching")
  alarm_actions       = [local.alarm_topic_arn]
  ok_actions          = [local.alarm_topic_arn]
  tags                = var.tags

  dynamic "metric_query" {
    for_each = each.value.expression == null ? {} : { alarm = each.value.expression }

    content {
      id          = metric_query.key
      label       = each.key
      expression  = metric_query.value
      period      = length(each.value.metrics) == 0 ? var.alarm_period_seconds : null # a query has a period of its own
      return_data = true
    }
  }

  dynamic "metric_query" {
    for_each = each.value.metrics

    content {
      id          = metric_query.key
      return_data = each.value.expression == null ? true : null

      metric {
        namespace   = try(metric_query.value.namespace, var.settings.metrics_namespace)
        metric_name = metric_query.value.name
        dimensions  = metric_query.value.dimensions
        stat        = metric_query.value.stat
        period      = var.alarm_period_seconds
      }
    }
  }
}

# The absence of loads is not a failure in itself, so this alarm is opt-in. Missing data counts as breaching.
resource "aws_cloudwatch_metric_alarm" "quiet" {
  count = var.quiet_hours_alarm == null ? 0 : 1

  alarm_name          = "${var.name}-quiet"
  alarm_description   = "Nothing was loaded for ${coalesce(var.quiet_hours_alarm, 0)} hours. Check whether objects arrive and whether the bucket sends its events to EventBridge."
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  evaluation_periods  = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [local.alarm_topic_arn]
  ok_actions          = [local.alarm_topic_arn]
  tags                = var.tags

  metric_query {
    id          = "alarm"
    label       = "quiet"
    expression  = "SUM(METRICS())"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = toset(local.datasets)

    content {
      id = metric_query.value

      metric {
        namespace   = var.settings.metrics_namespace
        metric_name = "BatchesProcessed"
        dimensions  = { DatasetType = metric_query.value }
        stat        = "Sum"
        period      = 3600 * var.quiet_hours_alarm
      }
    }
  }
}
