# The functions, their settings, and invalid inputs. The tests plan against a mock whose ARNs are known before an apply.
mock_provider "aws" {
  override_during = plan
  source          = "./tests/mocks"
}

variables {
  source_bucket = "lake"
  package_path  = "versions.tf" # any file: a plan does not use its content
}

run "functions_run_the_same_package_with_their_own_entry_point" {
  command = plan

  assert {
    condition = alltrue([for function in aws_lambda_function.this : (
      function.runtime == "provided.al2023" && function.architectures == tolist(["x86_64"]) && function.filename == "versions.tf"
      && function.memory_size == 1769 && function.timeout == 900 && function.reserved_concurrent_executions == -1
      && function.source_code_hash == filebase64sha256("versions.tf")
    )])
    error_message = "Runtime, architecture, package, memory, timeout or concurrency differ from the documented defaults."
  }

  assert {
    condition = { for key, function in aws_lambda_function.this : key => function.environment[0].variables.ANNOTATIONS_HANDLER } == {
      s3_event = "LoadFromS3Event", step_functions = "LoadFromStepFunctions"
    }
    error_message = "ANNOTATIONS_HANDLER selects the entry point of each function."
  }

  assert {
    condition = alltrue([for function in aws_lambda_function.this : tomap({ for name, value in function.environment[0].variables : name => value if name != "ANNOTATIONS_HANDLER" }) == tomap({
      TIMESTREAM_DATABASE_NAME = "energy", GENERATION_TABLE_NAME = "generation", CONSUMPTION_TABLE_NAME = "consumption",
      TRANSMISSION_TABLE_NAME  = "transmission", REJECTED_ROWS_LOCATION = "s3://lake/rejected/", METRICS_NAMESPACE = "ONS/Timestream",
      SINK                     = "timestream", SOURCE_PREFIX = "processed/", SSL_CERT_DIR = "/dev/null",
    })])
    error_message = "The environment has the required variables, and none for settings that use the defaults of the loader."
  }

  assert {
    condition = alltrue([for key, function in aws_lambda_function.this : (
      function.logging_config[0].log_format == "JSON" && function.logging_config[0].application_log_level == "INFO"
      && function.logging_config[0].system_log_level == "INFO"
      && function.logging_config[0].log_group == "/aws/lambda/energy-loader-${replace(key, "_", "-")}"
    )])
    error_message = "Logs are JSON, contain the report of each call, and go to the log group of the module."
  }

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.function : group.retention_in_days == 30])
    error_message = "The retention of logs is the documented 30 days."
  }
}

run "settings_become_environment_variables" {
  command = plan

  variables {
    architecture         = "arm64"
    memory_megabytes     = 512
    timeout_seconds      = 700
    log_level            = "DEBUG"
    log_retention_days   = 90
    reserved_concurrency = { s3_event = 7 }
    environment          = { AWS_ENDPOINT_URL_TIMESTREAM_WRITE = "https://cell", SSL_CERT_FILE = "/opt/own.pem", MAX_RETRIES = "99", ANNOTATIONS_HANDLER = "Other" }
    settings = {
      max_batch_size   = 50, max_retries = 4, max_concurrency = 8, files_in_flight = 5, row_groups_in_flight = 3, max_invalid_percent = 2.5,
      source_time_zone = "America/Sao_Paulo", int96_time = "local", metrics_namespace = "Energy/Loads"
      mapping_location = "s3://lake/config/mapping.json"
    }
  }

  assert {
    condition = aws_lambda_function.this["s3_event"].environment[0].variables == tomap({
      TIMESTREAM_DATABASE_NAME = "energy", GENERATION_TABLE_NAME = "generation", CONSUMPTION_TABLE_NAME = "consumption",
      TRANSMISSION_TABLE_NAME  = "transmission", REJECTED_ROWS_LOCATION = "s3://lake/rejected/", METRICS_NAMESPACE = "Energy/Loads",
      SINK                     = "timestream", SOURCE_PREFIX = "processed/",
      MAX_BATCH_SIZE           = "50", MAX_RETRIES = "4", MAX_CONCURRENCY = "8", FILES_IN_FLIGHT = "5", ROW_GROUPS_IN_FLIGHT = "3", MAX_INVALID_PERCENT = "2.5",
      SOURCE_TIME_ZONE         = "America/Sao_Paulo", INT96_TIME = "local", MAPPING_LOCATION = "s3://lake/config/mapping.json", AWS_ENDPOINT_URL_TIMESTREAM_WRITE = "https://cell", SSL_CERT_FILE = "/opt/own.pem",
      ANNOTATIONS_HANDLER      = "LoadFromS3Event",
    })
    error_message = "Every setting has its variable; additional variables are added and cannot override those of the module."
  }

  assert {
    condition = alltrue([for function in aws_lambda_function.this : (
      function.architectures == tolist(["arm64"]) && function.memory_size == 512 && function.timeout == 700 && function.logging_config[0].application_log_level == "DEBUG"
    )])
    error_message = "Architecture, memory, timeout and log level are inputs."
  }

  assert {
    condition     = aws_lambda_function.this["s3_event"].reserved_concurrent_executions == 7 && aws_lambda_function.this["step_functions"].reserved_concurrent_executions == -1
    error_message = "Concurrency is reserved per function."
  }

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.function : group.retention_in_days == 90])
    error_message = "Log retention is an input."
  }

  assert {
    condition     = one([for statement in output.policies.functions.s3_event.Statement : statement.Condition.StringEquals["cloudwatch:namespace"] if statement.Sid == "PublishMetrics"]) == "Energy/Loads"
    error_message = "The permission to publish metrics uses the configured namespace."
  }

  assert {
    condition     = alltrue([for query in aws_cloudwatch_metric_alarm.this["processing-errors"].metric_query : length(query.metric) == 0 ? true : query.metric[0].namespace == "Energy/Loads"])
    error_message = "The alarms use the configured namespace."
  }
}

run "events_of_failed_asynchronous_calls_are_kept" {
  command = plan

  assert {
    condition = (
      aws_lambda_function_event_invoke_config.s3_event.function_name == "energy-loader-s3-event"
      && aws_lambda_function_event_invoke_config.s3_event.maximum_retry_attempts == 2
      && aws_lambda_function_event_invoke_config.s3_event.destination_config[0].on_failure[0].destination == aws_sqs_queue.failures.arn
    )
    error_message = "Events that fail after all retries go to the failures queue."
  }

  assert {
    condition     = aws_sqs_queue.failures.name == "energy-loader-failures" && aws_sqs_queue.failures.message_retention_seconds == 1209600 && aws_sqs_queue.failures.sqs_managed_sse_enabled
    error_message = "The failures queue is encrypted and keeps messages for 14 days, the maximum."
  }

  assert {
    condition     = one(aws_cloudwatch_event_target.objects[0].dead_letter_config).arn == aws_sqs_queue.failures.arn
    error_message = "Events that could not be delivered go to the failures queue."
  }

  assert {
    condition = jsonencode(jsondecode(aws_sqs_queue_policy.failures[0].policy).Statement) == jsonencode([{
      Sid       = "KeepUndeliveredEvents", Effect = "Allow", Principal = { Service = "events.amazonaws.com" }, Action = "sqs:SendMessage",
      Resource  = "arn:aws:sqs:eu-west-1:123456789012:energy-loader-failures",
      Condition = { ArnEquals = { "aws:SourceArn" = "arn:aws:events:eu-west-1:123456789012:rule/energy-loader-objects" } },
    }])
    error_message = "The queue policy lets only the rule send to the failures queue."
  }
}

run "a_missing_package_is_refused" {
  command = plan

  variables {
    package_path = "no-such.zip"
  }

  expect_failures = [var.package_path]
}

run "invalid_inputs_are_refused_by_name" {
  command = plan

  variables {
    name                          = "Energy Loader"
    source_bucket                 = "s3://lake/processed"
    kms_key_arn                   = "arn:aws:kms:eu-west-1:123456789012:alias/mine"
    database_name                 = "db"
    table_names                   = { generation = "same", consumption = "same" }
    create_tables                 = false
    memory_store_retention_hours  = 0
    magnetic_store_retention_days = 73001
    architecture                  = "x64"
    memory_megabytes              = 64
    timeout_seconds               = 30
    reserved_concurrency          = { s3_event = 0 }
    settings                      = { max_batch_size = 1000 }
    log_level                     = "Information"
    async_retry_attempts          = 3
    queue                         = { batch_size = 11 }
    state_machines                = { backfill_max_concurrency = 0 }
    alarm_period_seconds          = 90
    quiet_hours_alarm             = 25
    trigger                       = "sns"
  }

  expect_failures = [
    var.name, var.source_bucket, var.kms_key_arn, var.database_name, var.table_names, var.create_tables, var.memory_store_retention_hours,
    var.magnetic_store_retention_days, var.architecture, var.memory_megabytes, var.timeout_seconds, var.reserved_concurrency, var.settings,
    var.log_level, var.async_retry_attempts, var.queue, var.state_machines, var.alarm_period_seconds, var.quiet_hours_alarm, var.trigger,
  ]
}
