# What is known only after an apply, which runs against a mock: the module applies completely with every trigger, and its outputs are correct.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  source_bucket = "lake"
  package_path  = "versions.tf"
}

run "the_default_deployment" {
  assert {
    condition = (
      keys(output.function_arns) == ["s3_event", "step_functions"] && keys(output.state_machine_arns) == ["backfill", "load"]
      && output.table_arns.transmission == "arn:aws:timestream:eu-west-1:123456789012:database/energy/table/transmission"
    )
    error_message = "The outputs contain functions, state machines and tables."
  }

  assert {
    condition     = output.rejected_rows_location == "s3://lake/rejected/" && output.backfill_results_location == "s3://lake/backfill-results/"
    error_message = "The outputs contain the locations of rejected rows and backfill results."
  }

  assert {
    condition     = output.failures_queue_url == aws_sqs_queue.failures.url && output.events_queue_urls == null && output.kms_key_policy_statements == []
    error_message = "The outputs contain the failures queue; outputs of unused features are null or empty."
  }

  assert {
    condition     = output.alarm_topic_arn == "arn:aws:sns:eu-west-1:123456789012:energy-loader-alarms" && output.dashboard_name == "energy-loader" && length(output.alarm_names) == 20
    error_message = "The outputs contain topic, dashboard and alarms."
  }

  assert {
    condition     = alltrue([for key, role in aws_iam_role_policy.function : role.role == aws_iam_role.function[key].name]) && aws_lambda_function.this["s3_event"].role == aws_iam_role.function["s3_event"].arn
    error_message = "Each function has its own role."
  }
}

run "changing_to_the_queue" {
  variables {
    trigger = "sqs"
  }

  assert {
    condition     = output.events_queue_urls.events == aws_sqs_queue.events[0].url && output.events_queue_urls.dead_letters == aws_sqs_queue.events_dead_letters[0].url
    error_message = "The outputs contain the queues."
  }

  assert {
    condition     = jsondecode(aws_sqs_queue_redrive_allow_policy.events_dead_letters[0].redrive_allow_policy).sourceQueueArns == ["arn:aws:sqs:eu-west-1:123456789012:energy-loader-events"]
    error_message = "Only the events queue may use its dead-letter queue."
  }
}

run "changing_to_the_state_machine" {
  variables {
    trigger = "state_machine"
  }

  assert {
    condition     = aws_iam_role_policy.events[0].role == aws_iam_role.events[0].name && output.events_queue_urls == null
    error_message = "The role of the rule is created and the queue is removed."
  }
}

run "changing_to_the_bucket_notification" {
  variables {
    trigger                      = "s3"
    replace_bucket_notifications = true
    create_database              = false
    create_tables                = false
  }

  assert {
    condition     = length(aws_s3_bucket_notification.source) == 1 && length(aws_cloudwatch_event_rule.objects) == 0 && length(aws_timestreamwrite_table.this) == 0
    error_message = "The notification is created; the rule and the tables are removed."
  }
}

run "changing_to_influxdb_in_a_vpc" {
  variables {
    sink = "influxdb"
    influxdb = {
      url              = "https://influxdb.example:8086"
      database         = "energy"
      token_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-a1B2c3"
    }
    vpc_subnet_ids         = ["subnet-0a"]
    vpc_security_group_ids = ["sg-0c"]
  }

  assert {
    condition     = length(aws_timestreamwrite_table.this) == 0 && output.table_arns == {} && length(output.alarm_names) == 16
    error_message = "The tables, their ARNs and their alarms are removed."
  }
}
