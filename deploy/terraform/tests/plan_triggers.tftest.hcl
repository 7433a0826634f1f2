# What starts a load. The tests plan against a mock whose ARNs are known before an apply.
mock_provider "aws" {
  override_during = plan
  source          = "./tests/mocks"
}

variables {
  source_bucket = "lake"
  package_path  = "versions.tf" # any file: a plan does not use its content
}

run "by_default_a_rule_calls_the_function" {
  command = plan

  assert {
    condition = jsonencode(jsondecode(aws_cloudwatch_event_rule.objects[0].event_pattern)) == jsonencode({
      source = ["aws.s3"], "detail-type" = ["Object Created"],
      detail = { bucket = { name = ["lake"] }, object = { key = [{ wildcard = "processed/*.parquet" }, { wildcard = "processed/*.PARQUET" }, { wildcard = "processed/*.Parquet" }] } },
    })
    error_message = "The rule matches Parquet objects created below the source prefix, and nothing else."
  }

  # deploy/check-events.py sends events through this pattern.
  assert {
    condition     = jsonencode(jsondecode(aws_cloudwatch_event_rule.objects[0].event_pattern)) == jsonencode(jsondecode(file("tests/event_patterns.json")).one_prefix)
    error_message = "The pattern is not the one in tests/event_patterns.json."
  }

  assert {
    condition     = aws_cloudwatch_event_target.objects[0].arn == "arn:aws:lambda:eu-west-1:123456789012:function:energy-loader-s3-event" && aws_cloudwatch_event_target.objects[0].input_path == null && aws_cloudwatch_event_target.objects[0].role_arn == null
    error_message = "The rule calls the event function with the unchanged event."
  }

  assert {
    condition = (
      aws_lambda_permission.events[0].principal == "events.amazonaws.com" && aws_lambda_permission.events[0].source_arn == aws_cloudwatch_event_rule.objects[0].arn
      && aws_lambda_permission.events[0].source_account == "123456789012" && aws_lambda_permission.events[0].function_name == "energy-loader-s3-event"
    )
    error_message = "Only the rule may call the function."
  }

  assert {
    condition     = length(aws_s3_bucket_notification.source) == 0 && length(aws_sqs_queue.events) == 0 && length(aws_lambda_event_source_mapping.events) == 0 && length(aws_iam_role.events) == 0
    error_message = "The notifications of the bucket do not change, and no resource of the other triggers is created."
  }
}

run "a_rule_can_start_the_load_machine" {
  command = plan

  variables {
    trigger = "state_machine"
  }

  assert {
    condition = (
      aws_cloudwatch_event_target.objects[0].arn == "arn:aws:states:eu-west-1:123456789012:stateMachine:energy-loader-load"
      && aws_cloudwatch_event_target.objects[0].role_arn == aws_iam_role.events[0].arn && aws_cloudwatch_event_target.objects[0].input_path == "$.detail"
    )
    error_message = "The rule starts the load machine with the detail of the event, with its own role."
  }

  assert {
    condition     = jsonencode(jsondecode(aws_iam_role_policy.events[0].policy)) == jsonencode(output.policies.events)
    error_message = "The role of the rule has the policy in the outputs."
  }

  assert {
    condition     = one(aws_cloudwatch_event_target.objects[0].dead_letter_config).arn == aws_sqs_queue.failures.arn
    error_message = "Events that could not be delivered go to the failures queue."
  }

  assert {
    condition     = length(aws_lambda_permission.events) == 0 && length(aws_sqs_queue.events) == 0 && length(aws_s3_bucket_notification.source) == 0
    error_message = "No resource of the other triggers is created."
  }
}

run "the_function_reads_a_queue_and_reports_failed_messages" {
  command = plan

  variables {
    trigger         = "sqs"
    timeout_seconds = 840
    queue           = { batch_size = 4, max_concurrency = 12, max_receives = 3 }
  }

  assert {
    condition     = aws_cloudwatch_event_target.objects[0].arn == "arn:aws:sqs:eu-west-1:123456789012:energy-loader-events"
    error_message = "The rule sends events to the queue."
  }

  assert {
    condition = jsonencode(jsondecode(aws_sqs_queue_policy.events[0].policy).Statement) == jsonencode([{
      Sid       = "TakeEvents", Effect = "Allow", Principal = { Service = "events.amazonaws.com" }, Action = "sqs:SendMessage",
      Resource  = "arn:aws:sqs:eu-west-1:123456789012:energy-loader-events",
      Condition = { ArnEquals = { "aws:SourceArn" = "arn:aws:events:eu-west-1:123456789012:rule/energy-loader-objects" } },
    }])
    error_message = "Only the rule may send to the queue."
  }

  assert {
    condition     = aws_sqs_queue.events[0].visibility_timeout_seconds == 5040
    error_message = "Messages stay invisible for six times the timeout of the function."
  }

  assert {
    condition = (
      jsondecode(aws_sqs_queue.events[0].redrive_policy).maxReceiveCount == 3
      && jsondecode(aws_sqs_queue.events[0].redrive_policy).deadLetterTargetArn == aws_sqs_queue.events_dead_letters[0].arn
      && aws_sqs_queue.events_dead_letters[0].message_retention_seconds == 1209600
    )
    error_message = "Messages that fail repeatedly go to the dead-letter queue, which keeps them for 14 days."
  }

  assert {
    condition     = alltrue([for queue in [aws_sqs_queue.events[0], aws_sqs_queue.events_dead_letters[0]] : queue.sqs_managed_sse_enabled])
    error_message = "Queues are encrypted."
  }

  assert {
    condition = (
      aws_lambda_event_source_mapping.events[0].event_source_arn == aws_sqs_queue.events[0].arn
      && aws_lambda_event_source_mapping.events[0].function_response_types == toset(["ReportBatchItemFailures"])
      && aws_lambda_event_source_mapping.events[0].batch_size == 4 && aws_lambda_event_source_mapping.events[0].scaling_config[0].maximum_concurrency == 12
    )
    error_message = "The function reads the queue, reports failed messages, and has a concurrency limit."
  }

  assert {
    condition = jsonencode([for statement in output.policies.functions.s3_event.Statement : [statement.Action, statement.Resource] if statement.Sid == "TakeEvents"]) == jsonencode([
      [["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], ["arn:aws:sqs:eu-west-1:123456789012:energy-loader-events"]],
    ])
    error_message = "The function may receive messages only from its queue."
  }

  assert {
    condition     = length(aws_lambda_permission.events) == 0 && length(aws_iam_role.events) == 0 && length(aws_s3_bucket_notification.source) == 0
    error_message = "No resource of the other triggers is created."
  }

  assert {
    condition     = contains(output.alarm_names, "energy-loader-dead-letters-events") && contains(output.alarm_names, "energy-loader-dead-letters-failures")
    error_message = "The failures queue and the dead-letter queue each have an alarm."
  }
}

run "the_bucket_can_notify_the_function_directly" {
  command = plan

  variables {
    trigger                      = "s3"
    replace_bucket_notifications = true
    source_prefix                = "processed/dataset=generation/"
  }

  assert {
    condition = (
      aws_s3_bucket_notification.source[0].bucket == "lake" && alltrue([for notification in aws_s3_bucket_notification.source[0].lambda_function : (
        notification.lambda_function_arn == aws_lambda_function.this["s3_event"].arn && notification.events == toset(["s3:ObjectCreated:*"])
        && notification.filter_prefix == "processed/dataset%3Dgeneration/"
      )])
      && [for notification in aws_s3_bucket_notification.source[0].lambda_function : notification.filter_suffix] == [".parquet", ".PARQUET", ".Parquet"]
    )
    error_message = "The bucket notifies the function of Parquet objects created below the source prefix; filters are percent-encoded."
  }

  assert {
    condition = (
      aws_lambda_permission.bucket[0].principal == "s3.amazonaws.com" && aws_lambda_permission.bucket[0].source_arn == "arn:aws:s3:::lake" && aws_lambda_permission.bucket[0].source_account == "123456789012"
    )
    error_message = "Only the bucket may call the function."
  }

  assert {
    condition     = length(aws_cloudwatch_event_rule.objects) == 0 && length(aws_cloudwatch_event_target.objects) == 0 && length(aws_sqs_queue.events) == 0 && length(aws_sqs_queue_policy.failures) == 0
    error_message = "No resource of the other triggers is created."
  }
}

run "replacing_notifications_must_be_allowed" {
  command = plan

  variables {
    trigger = "s3"
  }

  expect_failures = [var.trigger]
}

run "no_trigger_at_all" {
  command = plan

  variables {
    trigger = "none"
  }

  assert {
    condition     = length(aws_cloudwatch_event_rule.objects) + length(aws_s3_bucket_notification.source) + length(aws_lambda_event_source_mapping.events) + length(aws_lambda_permission.events) + length(aws_lambda_permission.bucket) == 0
    error_message = "Nothing starts a load."
  }
}
