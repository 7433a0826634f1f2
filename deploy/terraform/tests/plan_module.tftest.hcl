# Inputs of the module that apply to several kinds of resources. The tests plan against a mock whose ARNs are known before an apply.
mock_provider "aws" {
  override_during = plan
  source          = "./tests/mocks"
}

variables {
  source_bucket = "lake"
  package_path  = "versions.tf" # any file: a plan does not use its content
}

run "nothing_optional_is_on_by_default" {
  command = plan

  assert {
    condition = (
      alltrue([for function in aws_lambda_function.this : length(function.tracing_config) == 0 || try(function.tracing_config[0].mode, "") != "Active"])
      && length(aws_sfn_state_machine.load.logging_configuration) == 0 && length(aws_sfn_state_machine.backfill.tracing_configuration) == 0
      && length(aws_cloudwatch_log_group.state_machine) == 0
    )
    error_message = "Nothing is traced, and the state machines do not log."
  }

  assert {
    condition     = alltrue([for role in concat(values(aws_iam_role.function), values(aws_iam_role.state_machine)) : role.permissions_boundary == null])
    error_message = "No role has a permissions boundary."
  }

  assert {
    condition     = toset(keys(aws_cloudwatch_query_definition.this)) == toset(["failed-loads", "failures-by-type", "one-object", "skipped-objects", "retries-and-throttling", "longest-calls"])
    error_message = "The queries of the functions' logs are saved."
  }

  assert {
    condition     = output.log_group_names == tolist(["/aws/lambda/energy-loader-s3-event", "/aws/lambda/energy-loader-step-functions"])
    error_message = "The outputs have the log groups."
  }

  assert {
    condition     = keys(output.redrive_commands) == ["failures"] && endswith(output.redrive_commands.failures, "/scripts/redrive.py https://sqs.eu-west-1.amazonaws.com/123456789012/mock arn:aws:states:eu-west-1:123456789012:stateMachine:mock")
    error_message = "The command loads the objects of the failures queue with the load machine."
  }
}

run "functions_and_machines_can_be_traced_and_machines_can_log" {
  command = plan

  variables {
    tracing        = true
    state_machines = { log_level = "ERROR" }
    kms_key_arn    = "arn:aws:kms:eu-west-1:123456789012:key/mine"
  }

  assert {
    condition     = alltrue([for function in aws_lambda_function.this : function.tracing_config[0].mode == "Active"])
    error_message = "X-Ray traces the functions."
  }

  assert {
    condition     = alltrue([for machine in [aws_sfn_state_machine.load, aws_sfn_state_machine.backfill] : machine.tracing_configuration[0].enabled])
    error_message = "X-Ray traces the state machines."
  }

  assert {
    condition = [for machine in [aws_sfn_state_machine.load, aws_sfn_state_machine.backfill] : "${machine.logging_configuration[0].level} ${machine.logging_configuration[0].include_execution_data} ${machine.logging_configuration[0].log_destination}"] == [
      "ERROR false arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vendedlogs/states/energy-loader-load:*",
      "ERROR false arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vendedlogs/states/energy-loader-backfill:*",
    ]
    error_message = "Each state machine logs errors without inputs and outputs to its own log group."
  }

  assert {
    condition = [for group in aws_cloudwatch_log_group.state_machine : "${group.name} ${group.kms_key_id}"] == [
      "/aws/vendedlogs/states/energy-loader-backfill arn:aws:kms:eu-west-1:123456789012:key/mine",
      "/aws/vendedlogs/states/energy-loader-load arn:aws:kms:eu-west-1:123456789012:key/mine",
    ]
    error_message = "The log groups are encrypted with the key."
  }

  assert {
    condition     = [for statement in output.kms_key_policy_statements : length(statement.Condition.ArnLike["kms:EncryptionContext:aws:logs:arn"]) if statement.Sid == "Logs"] == [4]
    error_message = "The statements of the key's policy name the four log groups."
  }

  assert {
    condition = { for name, policy in merge(output.policies.functions, output.policies.state_machines) : name => [for statement in policy.Statement : "${statement.Sid} ${length(statement.Action)}" if contains(["SendTraces", "DeliverLogs"], statement.Sid)] } == {
      s3_event = ["SendTraces 2"], step_functions = ["SendTraces 2"], load = ["DeliverLogs 8", "SendTraces 4"], backfill = ["DeliverLogs 8", "SendTraces 4"]
    }
    error_message = "The roles get the permissions to trace and to log, and the functions none to deliver logs of machines."
  }

  assert {
    condition     = contains(keys(aws_cloudwatch_query_definition.this), "failed-executions")
    error_message = "The query of the machines' logs is saved if they log."
  }
}

run "every_role_gets_the_permissions_boundary" {
  command = plan

  variables {
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
    trigger                  = "state_machine"
  }

  assert {
    condition = [for role in concat(values(aws_iam_role.function), values(aws_iam_role.state_machine), aws_iam_role.events) : role.permissions_boundary] == [
      for index in range(5) : "arn:aws:iam::123456789012:policy/boundary"
    ]
    error_message = "The five roles of functions, machines and rule have the boundary."
  }
}

run "the_package_can_lie_in_a_bucket" {
  command = plan

  variables {
    package_path = null
    package_s3   = { bucket = "packages", key = "loader/0.1.0/loader-linux-arm64.zip", version = "v1", sha256_base64 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" }
    architecture = "arm64"
  }

  assert {
    condition     = alltrue([for function in aws_lambda_function.this : function.filename == null && "${function.s3_bucket}/${function.s3_key} ${function.s3_object_version}" == "packages/loader/0.1.0/loader-linux-arm64.zip v1"])
    error_message = "The functions take the package from the bucket."
  }

  assert {
    condition     = alltrue([for function in aws_lambda_function.this : function.source_code_hash == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" && function.architectures == tolist(["arm64"])])
    error_message = "The hash of the package decides when the functions are updated."
  }
}

run "two_packages_are_refused" {
  command = plan

  variables {
    package_s3 = { bucket = "packages", key = "loader.zip" }
  }

  expect_failures = [var.package_path]
}

run "no_package_is_refused" {
  command = plan

  variables {
    package_path = null
  }

  expect_failures = [var.package_path]
}

run "alarms_dashboard_and_queries_can_be_left_out" {
  command = plan

  variables {
    create_alarms      = false
    create_dashboard   = false
    create_log_queries = false
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.this) == 0 && length(aws_sns_topic.alarms) == 0 && output.alarm_topic_arn == null && length(output.alarm_names) == 0
    error_message = "Without alarms there is neither an alarm nor a topic."
  }

  assert {
    condition     = length(aws_cloudwatch_dashboard.this) == 0 && output.dashboard_name == null
    error_message = "The dashboard is left out."
  }

  assert {
    condition     = length(aws_cloudwatch_query_definition.this) == 0
    error_message = "The queries are left out."
  }
}

run "a_dashboard_without_alarms_has_no_widget_for_them" {
  command = plan

  variables {
    create_alarms = false
  }

  assert {
    condition     = !contains([for widget in jsondecode(aws_cloudwatch_dashboard.this[0].dashboard_body).widgets : widget.type], "alarm")
    error_message = "No widget names alarms that do not exist."
  }
}

run "what_needs_alarms_is_refused_without_them" {
  command = plan

  variables {
    create_alarms     = false
    alarm_emails      = ["operators@example.com"]
    quiet_hours_alarm = 6
  }

  expect_failures = [var.alarm_emails, var.quiet_hours_alarm]
}

run "several_prefixes_are_read_listed_and_start_loads" {
  command = plan

  variables {
    source_prefix           = "processed/"
    further_source_prefixes = ["plants/dataset=generation/", "grid/"]
    trigger                 = "eventbridge"
  }

  assert {
    condition     = [for pattern in jsondecode(aws_cloudwatch_event_rule.objects[0].event_pattern).detail.object.key : pattern.wildcard if endswith(pattern.wildcard, ".parquet")] == ["processed/*.parquet", "plants/dataset=generation/*.parquet", "grid/*.parquet"]
    error_message = "The rule matches objects below each prefix."
  }

  assert {
    condition     = length(jsondecode(aws_cloudwatch_event_rule.objects[0].event_pattern).detail.object.key) == 9
    error_message = "The rule matches each spelling of the suffix below each prefix."
  }

  assert {
    condition     = jsonencode(jsondecode(aws_cloudwatch_event_rule.objects[0].event_pattern)) == jsonencode(jsondecode(file("tests/event_patterns.json")).several_prefixes)
    error_message = "The pattern is not the one in tests/event_patterns.json."
  }

  assert {
    condition     = alltrue([for policy in output.policies.functions : one([for statement in policy.Statement : statement.Resource if statement.Sid == "ReadSource"]) == ["arn:aws:s3:::lake/processed/*", "arn:aws:s3:::lake/plants/dataset=generation/*", "arn:aws:s3:::lake/grid/*"]])
    error_message = "Objects may be read below each prefix, and nowhere else."
  }

  assert {
    condition     = one([for statement in output.policies.state_machines.backfill.Statement : statement.Condition.StringLike["s3:prefix"] if statement.Sid == "ListObjects"]) == ["processed/*", "plants/dataset=generation/*", "grid/*"]
    error_message = "The backfill may list each prefix."
  }

  assert {
    condition     = aws_lambda_function.this["s3_event"].environment[0].variables.SOURCE_PREFIX == "processed/"
    error_message = "Hidden folders are looked for below the first prefix."
  }
}

run "the_bucket_notifies_of_each_prefix" {
  command = plan

  variables {
    further_source_prefixes      = ["grid=1/"]
    trigger                      = "s3"
    replace_bucket_notifications = true
  }

  assert {
    condition     = [for notification in aws_s3_bucket_notification.source[0].lambda_function : "${notification.filter_prefix}*${notification.filter_suffix}"] == ["processed/*.parquet", "processed/*.PARQUET", "processed/*.Parquet", "grid%3D1/*.parquet", "grid%3D1/*.PARQUET", "grid%3D1/*.Parquet"]
    error_message = "The bucket notifies of each spelling of the suffix below each prefix."
  }

  assert {
    condition     = jsonencode([for notification in aws_s3_bucket_notification.source[0].lambda_function : [notification.filter_prefix, notification.filter_suffix] if notification.filter_prefix == "processed/"]) == jsonencode(jsondecode(file("tests/event_patterns.json")).notifications)
    error_message = "The filters are not those in tests/event_patterns.json."
  }
}

run "prefixes_that_contain_each_other_are_refused" {
  command = plan

  variables {
    further_source_prefixes = ["processed/dataset=generation/"]
  }

  expect_failures = [var.further_source_prefixes]
}

run "a_repeated_prefix_is_refused" {
  command = plan

  variables {
    further_source_prefixes = ["grid/", "grid/"]
  }

  expect_failures = [var.further_source_prefixes]
}

run "a_hidden_prefix_is_refused" {
  command = plan

  variables {
    further_source_prefixes = ["_landing/"]
  }

  expect_failures = [var.further_source_prefixes]
}

run "a_further_prefix_at_the_rejected_rows_is_refused" {
  command = plan

  variables {
    further_source_prefixes = ["rejected/timestream/"]
  }

  expect_failures = [var.rejected_rows_prefix]
}

run "a_further_prefix_at_the_backfill_results_is_refused" {
  command = plan

  variables {
    further_source_prefixes = ["backfill-results/"]
  }

  expect_failures = [var.backfill_results_prefix]
}

run "further_invalid_inputs_are_refused_by_name" {
  command = plan

  variables {
    log_retention_days       = 10
    settings                 = { source_time_zone = "sao paulo" }
    environment              = { "MY-NAME" = "x" }
    permissions_boundary_arn = "boundary"
    package_path             = null
    package_s3               = { bucket = "packages", key = "/loader.zip" }
    memory_megabytes         = 1769.5
    timeout_seconds          = 60.5
    alarm_thresholds         = { duration_seconds = 50 }
    alarm_topic_arn          = "operators"
    source_kms_key_arns      = ["arn:aws:kms:eu-west-1:123456789012:alias/source"]
    output_kms_key_arn       = "arn:aws:kms:eu-west-1:123456789012:alias/output"
    state_machines           = { log_level = "DEBUG" }
  }

  expect_failures = [
    var.log_retention_days, var.settings, var.environment, var.permissions_boundary_arn, var.package_s3, var.memory_megabytes, var.timeout_seconds,
    var.alarm_topic_arn, var.source_kms_key_arns, var.output_kms_key_arn, var.state_machines,
  ]
}

run "a_mapping_below_a_further_prefix_is_refused" {
  command = plan

  variables {
    further_source_prefixes = ["grid/"]
    settings                = { mapping_location = "s3://lake/grid/mapping.json" }
  }

  expect_failures = [var.further_source_prefixes]
}

run "a_hash_and_an_address_that_are_none_are_refused" {
  command = plan

  variables {
    package_path = null
    package_s3   = { bucket = "packages", key = "loader.zip", sha256_base64 = "e3b0c442" }
    alarm_emails = ["operators"]
  }

  expect_failures = [var.package_s3, var.alarm_emails]
}
