locals {
  # One line per dataset for each metric of the loader, in the format of a dashboard.
  dashboard_lines = {
    for name, stat in {
      RecordsProcessed = "Sum", BatchesProcessed = "Sum", BytesRead = "Sum", LoadDuration = "Maximum", ThrottledRequests = "Sum",
      ProcessingErrors = "Sum", RowsInvalid = "Sum", RowsRejected = "Sum", RowsSuperseded = "Sum", RowsDuplicate = "Sum", RowsFiltered = "Sum",
    } :
    name => [for type in local.dataset_types : [var.settings.metrics_namespace, name, "DatasetType", type, { stat = stat, label = "${type} ${name}" }]]
  }

  dashboard_rates = concat(
    [for index, type in local.datasets : [{ expression = "r${index} / PERIOD(r${index})", label = "${type} rows per second" }]],
    [for index, type in local.datasets : [var.settings.metrics_namespace, "RecordsProcessed", "DatasetType", type, { stat = "Sum", id = "r${index}", visible = false }]],
  )

  dashboard_widgets = [
    {
      title   = "Is it loading? Rows written", width = 12, metrics = local.dashboard_lines.RecordsProcessed,
      options = { stacked = true }
    },
    {
      title   = "How much? Totals of the time range", width = 12,
      metrics = concat(local.dashboard_lines.RecordsProcessed, local.dashboard_lines.BatchesProcessed, local.dashboard_lines.BytesRead),
      options = { view = "singleValue", setPeriodToTimeRange = true }
    },
    { title = "How fast? Rows per second", width = 12, metrics = local.dashboard_rates, options = {} },
    { title = "How fast? Longest load (ms)", width = 6, metrics = local.dashboard_lines.LoadDuration, options = {} },
    { title = "How fast? Throttled requests", width = 6, metrics = local.dashboard_lines.ThrottledRequests, options = {} },
    {
      title   = "What is refused? Rows invalid and rejected", width = 12,
      metrics = concat(local.dashboard_lines.RowsInvalid, local.dashboard_lines.RowsRejected), options = { stacked = true }
    },
    {
      title = "What is refused late? Records rejected by the magnetic store, reports that were lost", width = 12, options = {},
      shown = local.on_timestream # no other destination rejects records after its response
      metrics = concat(
        [for dataset, query in local.timestream_queries.rejected : [{ expression = query, label = "${dataset} rejected late", period = var.alarm_period_seconds }]],
        [[{ expression = local.timestream_queries.lost_reports, label = "lost reports", period = var.alarm_period_seconds }]],
      )
    },
    {
      title   = "What changes nothing? Rows superseded, duplicate and filtered", width = 12,
      metrics = concat(local.dashboard_lines.RowsSuperseded, local.dashboard_lines.RowsDuplicate, local.dashboard_lines.RowsFiltered), options = {}
    },
    { title = "What failed? Failed loads", width = local.on_timestream ? 12 : 24, metrics = local.dashboard_lines.ProcessingErrors, options = {} },
    {
      title   = "Functions", width = 8, options = {},
      metrics = flatten([for function in local.functions : [for name in ["Invocations", "Errors", "Throttles"] : { line = ["AWS/Lambda", name, "FunctionName", function.name, { stat = "Sum" }] }]])[*].line
    },
    {
      title   = "State machines", width = 8, options = {},
      metrics = flatten([for arn in local.state_machine_arns : [for name in ["ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed"] : { line = ["AWS/States", name, "StateMachineArn", arn, { stat = "Sum" }] }]])[*].line
    },
    {
      title   = "Messages in dead-letter queues", width = 8, options = {},
      metrics = [for queue in local.dead_letter_queues : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue, { stat = "Maximum" }]]
    },
  ]

  dashboard = {
    widgets = concat(
      [for wanted in [var.create_alarms] : {
        type = "alarm", width = 24, height = 3
        properties = {
          title  = "Alarms"
          alarms = [for key in keys(local.alarms) : "arn:${local.partition}:cloudwatch:${local.region}:${local.account}:alarm:${var.name}-${key}"]
        }
      } if wanted],
      [for widget in local.dashboard_widgets : {
        type = "metric", width = widget.width, height = 6
        properties = merge({
          title = widget.title, region = local.region, view = "timeSeries", period = var.alarm_period_seconds, metrics = widget.metrics
        }, widget.options)
      } if try(widget.shown, true)],
      [{
        type = "log", width = 24, height = 6
        properties = {
          title  = "Last errors"
          region = local.region
          view   = "table"
          query  = "${join(" | ", [for function in local.functions : "SOURCE '/aws/lambda/${function.name}'"])} | fields @timestamp, level, message | filter level in ['ERROR', 'FATAL'] | sort @timestamp desc | limit 20"
        }
      }],
    )
  }
}

resource "aws_cloudwatch_dashboard" "this" {
  count = var.create_dashboard ? 1 : 0

  dashboard_name = var.name
  dashboard_body = jsonencode(local.dashboard)
}
