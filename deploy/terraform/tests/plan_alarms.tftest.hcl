# Alarms and the dashboard. The tests plan against a mock whose ARNs are known before an apply.
mock_provider "aws" {
  override_during = plan
  source          = "./tests/mocks"
}

variables {
  source_bucket = "lake"
  package_path  = "versions.tf" # any file: a plan does not use its content
}

run "every_alarm_has_actions_and_treats_missing_data_as_documented" {
  command = plan

  variables {
    trigger           = "sqs"
    quiet_hours_alarm = 6
    alarm_emails      = ["operators@example.com"]
  }

  assert {
    condition = toset(output.alarm_names) == toset([for name in [
      "processing-errors", "throttled-requests", "refused-rows-generation", "refused-rows-consumption", "refused-rows-transmission",
      "duration-s3-event", "duration-step-functions", "function-errors-s3-event", "function-errors-step-functions",
      "function-throttles-s3-event", "function-throttles-step-functions", "dead-letters-failures", "dead-letters-events",
      "failed-executions-load", "failed-executions-backfill", "late-rejections-generation", "late-rejections-consumption",
      "late-rejections-transmission", "lost-reports", "lost-events-function", "lost-events-rule", "queue-age", "quiet",
    ] : "energy-loader-${name}"])
    error_message = "An alarm is missing or new: ${join(", ", output.alarm_names)}"
  }

  # The tests of the loader hold this file against the metrics that it publishes, against those of AWS, and against the runbook.
  assert {
    condition = jsonencode(merge(
      { for name, alarm in merge(aws_cloudwatch_metric_alarm.this, { quiet = aws_cloudwatch_metric_alarm.quiet[0] }) : name => sort(distinct(flatten([
        for query in alarm.metric_query : [for metric in query.metric : "${metric.namespace} ${metric.metric_name} ${metric.stat} ${join(",", keys(metric.dimensions))}"]
      ]))) if length(alarm.metric_query) > 1 || try(length(one(alarm.metric_query).metric) > 0, false) },
      { for name, alarm in aws_cloudwatch_metric_alarm.this : name => [one(alarm.metric_query).expression] if length(alarm.metric_query) == 1 && try(length(one(alarm.metric_query).metric) == 0, false) },
    )) == jsonencode({ for name, metrics in jsondecode(file("tests/alarms.json")) : name => metrics if !startswith(name, "influxdb-") })
    error_message = "The alarms watch other metrics than tests/alarms.json says."
  }

  assert {
    condition = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.this), aws_cloudwatch_metric_alarm.quiet) : (
      alarm.alarm_actions == toset(["arn:aws:sns:eu-west-1:123456789012:energy-loader-alarms"]) && alarm.ok_actions == alarm.alarm_actions
      && alarm.actions_enabled != false && length(alarm.alarm_description) > 20
    )])
    error_message = "Every alarm notifies the topic when it starts and when it ends, and its description explains it."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.treat_missing_data == "notBreaching" && alarm.comparison_operator == "GreaterThanThreshold"]) && aws_cloudwatch_metric_alarm.quiet[0].treat_missing_data == "breaching"
    error_message = "Missing data is not breaching, except for the alarm on missing loads."
  }

  assert {
    condition = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.this), aws_cloudwatch_metric_alarm.quiet) : (
      length([for query in alarm.metric_query : query if query.return_data == true]) == 1 && length(alarm.metric_query) <= 11
    )])
    error_message = "An alarm returns one time series and uses at most ten metrics."
  }

  assert {
    condition     = one([for query in aws_cloudwatch_metric_alarm.quiet[0].metric_query : query.metric[0].period if query.id == "generation"]) == 21600
    error_message = "The alarm on missing loads evaluates the configured number of hours."
  }

  assert {
    condition     = aws_sns_topic_subscription.emails["operators@example.com"].protocol == "email" && aws_sns_topic_subscription.emails["operators@example.com"].topic_arn == aws_sns_topic.alarms[0].arn
    error_message = "The email addresses are subscribed."
  }

  assert {
    condition = jsonencode(jsondecode(aws_sns_topic_policy.alarms[0].policy).Statement) == jsonencode([{
      Sid      = "TakeAlarms", Effect = "Allow", Principal = { Service = "cloudwatch.amazonaws.com" }, Action = "sns:Publish",
      Resource = "arn:aws:sns:eu-west-1:123456789012:energy-loader-alarms",
      Condition = {
        ArnLike = { "aws:SourceArn" = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:energy-loader-*" }, StringEquals = { "aws:SourceAccount" = "123456789012" }
      },
    }])
    error_message = "Only alarms of this module may publish to the topic."
  }
}

run "alarms_watch_the_documented_metrics" {
  command = plan

  assert {
    condition = jsonencode({ for query in aws_cloudwatch_metric_alarm.this["processing-errors"].metric_query : query.id => [for metric in query.metric : [metric.namespace, metric.metric_name, metric.dimensions, metric.stat, metric.period]] }) == jsonencode(merge(
      { alarm = [] },
      { for type in ["generation", "consumption", "transmission", "unknown"] : type => [["ONS/Timestream", "ProcessingErrors", { DatasetType = type }, "Sum", 300]] },
    ))
    error_message = "Errors are summed over all values of the dimension, including loads that failed before their dataset was known."
  }

  assert {
    condition     = alltrue([for name in ["processing-errors", "throttled-requests", "failed-executions-load"] : one([for query in aws_cloudwatch_metric_alarm.this[name].metric_query : query.expression if query.id == "alarm"]) == "SUM(METRICS())"])
    error_message = "Counts use the statistic Sum."
  }

  assert {
    condition     = toset([for query in aws_cloudwatch_metric_alarm.this["throttled-requests"].metric_query : query.metric[0].metric_name if query.id != "alarm"]) == toset(["ThrottledRequests"])
    error_message = "An alarm watches throttling by Timestream."
  }

  assert {
    condition = { for query in aws_cloudwatch_metric_alarm.this["refused-rows-consumption"].metric_query : query.id => "${query.metric[0].metric_name} ${query.metric[0].dimensions.DatasetType}" if query.id != "alarm" } == {
      written = "RecordsProcessed consumption", superseded = "RowsSuperseded consumption", duplicate = "RowsDuplicate consumption",
      invalid = "RowsInvalid consumption", rejected = "RowsRejected consumption",
    }
    error_message = "The share of refused rows is computed from all rows read of one dataset."
  }

  assert {
    condition = one([for query in aws_cloudwatch_metric_alarm.this["refused-rows-consumption"].metric_query : query.expression if query.id == "alarm"]) == (
      "100 * (FILL(invalid, 0) + FILL(rejected, 0)) / (FILL(written, 0) + FILL(superseded, 0) + FILL(duplicate, 0) + FILL(invalid, 0) + FILL(rejected, 0))"
    )
    error_message = "The share is a percentage of the rows read."
  }

  assert {
    condition = alltrue([for entry in [
      ["duration-s3-event", "AWS/Lambda", "Duration", "Maximum", { FunctionName = "energy-loader-s3-event" }],
      ["duration-step-functions", "AWS/Lambda", "Duration", "Maximum", { FunctionName = "energy-loader-step-functions" }],
      ["function-errors-s3-event", "AWS/Lambda", "Errors", "Sum", { FunctionName = "energy-loader-s3-event" }],
      ["function-errors-step-functions", "AWS/Lambda", "Errors", "Sum", { FunctionName = "energy-loader-step-functions" }],
      ["function-throttles-s3-event", "AWS/Lambda", "Throttles", "Sum", { FunctionName = "energy-loader-s3-event" }],
      ["function-throttles-step-functions", "AWS/Lambda", "Throttles", "Sum", { FunctionName = "energy-loader-step-functions" }],
      ["dead-letters-failures", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", { QueueName = "energy-loader-failures" }],
    ] : jsonencode([for query in aws_cloudwatch_metric_alarm.this[entry[0]].metric_query : [query.metric[0].namespace, query.metric[0].metric_name, query.metric[0].stat, query.metric[0].dimensions]]) == jsonencode([slice(entry, 1, 5)])])
    error_message = "Alarms on functions and queues use the metrics of the services."
  }

  assert {
    condition = toset([for query in aws_cloudwatch_metric_alarm.this["failed-executions-backfill"].metric_query : "${query.metric[0].metric_name} ${query.metric[0].dimensions.StateMachineArn}" if query.id != "alarm"]) == toset([
      "ExecutionsFailed arn:aws:states:eu-west-1:123456789012:stateMachine:energy-loader-backfill", "ExecutionsTimedOut arn:aws:states:eu-west-1:123456789012:stateMachine:energy-loader-backfill",
    ])
    error_message = "An alarm watches failed and timed-out executions."
  }

  assert {
    condition = [for query in aws_cloudwatch_metric_alarm.this["late-rejections-generation"].metric_query : [query.expression, query.period, query.return_data]] == [
      ["SELECT SUM(MagneticStoreRejectedRecordCount) FROM \"AWS/Timestream\" WHERE DatabaseName = 'energy' AND TableName = 'generation'", 300, true]
    ]
    error_message = "An alarm per table watches the records that the magnetic store rejects after it confirmed them."
  }

  assert {
    condition     = one(aws_cloudwatch_metric_alarm.this["lost-reports"].metric_query).expression == "SELECT SUM(MagneticStoreRejectedUploadUserFailures) FROM \"AWS/Timestream\" WHERE DatabaseName = 'energy'"
    error_message = "An alarm watches reports of rejected records that could not be written."
  }

  assert {
    condition = { for name, alarm in aws_cloudwatch_metric_alarm.this : name => alarm.threshold } == {
      processing-errors           = 0, throttled-requests = 100, refused-rows-generation = 1, refused-rows-consumption = 1, refused-rows-transmission = 1
      duration-s3-event           = 600000, duration-step-functions = 600000, function-errors-s3-event = 0, function-errors-step-functions = 0
      function-throttles-s3-event = 0, function-throttles-step-functions = 0, dead-letters-failures = 0, failed-executions-load = 0, failed-executions-backfill = 0
      late-rejections-generation  = 0, late-rejections-consumption = 0, late-rejections-transmission = 0, lost-reports = 0
      lost-events-function        = 0, lost-events-rule = 0
    }
    error_message = "The default thresholds are the documented ones; durations are in milliseconds."
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.quiet) == 0
    error_message = "The alarm on missing loads exists only if it is configured."
  }
}

run "thresholds_are_inputs" {
  command = plan

  variables {
    alarm_topic_arn      = "arn:aws:sns:eu-west-1:123456789012:operators"
    alarm_period_seconds = 900
    alarm_thresholds = {
      processing_errors = 1, refused_percent = 2, throttled_requests = 3, duration_seconds = 4, function_errors = 5, function_throttles = 6, dead_letter_messages = 7, failed_executions = 8, late_rejections = 9, lost_reports = 10
      lost_events       = 11, queue_age_seconds = 12
    }
  }

  assert {
    condition = { for name, alarm in aws_cloudwatch_metric_alarm.this : name => alarm.threshold } == {
      processing-errors           = 1, throttled-requests = 3, refused-rows-generation = 2, refused-rows-consumption = 2, refused-rows-transmission = 2
      duration-s3-event           = 4000, duration-step-functions = 4000, function-errors-s3-event = 5, function-errors-step-functions = 5
      function-throttles-s3-event = 6, function-throttles-step-functions = 6, dead-letters-failures = 7, failed-executions-load = 8, failed-executions-backfill = 8
      late-rejections-generation  = 9, late-rejections-consumption = 9, late-rejections-transmission = 9, lost-reports = 10
      lost-events-function        = 11, lost-events-rule = 11
    }
    error_message = "Every threshold is an input."
  }

  assert {
    condition     = alltrue(flatten([for alarm in aws_cloudwatch_metric_alarm.this : [for query in alarm.metric_query : [for metric in query.metric : metric.period == 900]]]))
    error_message = "The period is an input."
  }

  assert {
    condition     = length(aws_sns_topic.alarms) == 0 && length(aws_sns_topic_policy.alarms) == 0 && alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_actions == toset(["arn:aws:sns:eu-west-1:123456789012:operators"])])
    error_message = "An existing topic is used and not changed."
  }
}

run "the_dashboard_has_a_widget_for_each_question" {
  command = plan

  variables {
    trigger = "sqs"
  }

  assert {
    condition = alltrue([for question in ["Is it loading?", "How much?", "How fast?", "What is refused?", "What is refused late?", "What failed?"] :
    anytrue([for widget in jsondecode(aws_cloudwatch_dashboard.this[0].dashboard_body).widgets : startswith(widget.properties.title, question)])])
    error_message = "A question has no widget."
  }

  assert {
    condition = alltrue([for name in [
      "RecordsProcessed", "BatchesProcessed", "BytesRead", "LoadDuration", "ThrottledRequests", "ProcessingErrors", "RowsInvalid", "RowsRejected", "RowsSuperseded", "RowsDuplicate", "RowsFiltered",
    ] : strcontains(aws_cloudwatch_dashboard.this[0].dashboard_body, jsonencode(name))])
    error_message = "Every metric that the loader publishes is on the dashboard."
  }

  assert {
    condition = toset(one([for widget in jsondecode(aws_cloudwatch_dashboard.this[0].dashboard_body).widgets : widget.properties.alarms if widget.type == "alarm"])) == toset([
    for name in output.alarm_names : "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:${name}"])
    error_message = "All alarms are on the dashboard."
  }

  assert {
    condition = alltrue([for widget in jsondecode(aws_cloudwatch_dashboard.this[0].dashboard_body).widgets : alltrue([for metric in try(widget.properties.metrics, []) :
      can(metric[0].expression) || (contains(["ONS/Timestream", "AWS/Lambda", "AWS/States", "AWS/SQS"], metric[0]) && length(metric) == 5 && can(metric[4].stat))
    ]) && (widget.type != "metric" ? true : length(widget.properties.metrics) > 0)])
    error_message = "Every line is namespace, name, dimension, value, options."
  }

  assert {
    condition     = [for query in values(local.timestream_queries.rejected) : strcontains(aws_cloudwatch_dashboard.this[0].dashboard_body, jsonencode(query))] == [true, true, true]
    error_message = "Records that the magnetic store rejected late are on the dashboard."
  }

  assert {
    condition     = alltrue([for queue in ["energy-loader-failures", "energy-loader-events-dead-letters"] : strcontains(aws_cloudwatch_dashboard.this[0].dashboard_body, jsonencode(queue))])
    error_message = "The dead-letter queues are on the dashboard."
  }
}

run "an_alarm_that_can_never_go_off_is_refused" {
  command = plan

  variables {
    alarm_thresholds = { duration_seconds = 900 }
  }

  expect_failures = [var.alarm_thresholds]
}
