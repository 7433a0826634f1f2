# What the module plans, asserted without an account: the provider is a mock whose ARNs are known already while planning.
mock_provider "aws" {
  override_during = plan

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { name = "eu-west-1" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
  }
  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:123456789012:function:mock" }
  }
  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:eu-west-1:123456789012:mock", url = "https://sqs.eu-west-1.amazonaws.com/123456789012/mock" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-west-1:123456789012:mock" }
  }
  mock_resource "aws_sfn_state_machine" {
    defaults = { arn = "arn:aws:states:eu-west-1:123456789012:stateMachine:mock" }
  }
  mock_resource "aws_cloudwatch_event_rule" {
    defaults = { arn = "arn:aws:events:eu-west-1:123456789012:rule/mock" }
  }
}

variables {
  source_bucket = "lake"
  package_path  = "versions.tf" # any file: its content does not matter to a plan
}

run "functions_run_the_same_package_with_their_own_entry_point" {
  command = plan

  assert {
    condition = alltrue([for function in aws_lambda_function.this : (
      function.runtime == "provided.al2023" && function.architectures == tolist(["x86_64"]) && function.filename == "versions.tf"
      && function.memory_size == 1769 && function.timeout == 900 && function.reserved_concurrent_executions == -1
      && function.source_code_hash == filebase64sha256("versions.tf")
    )])
    error_message = "Runtime, architecture, package, memory, timeout or concurrency differ from the defaults that the documentation names."
  }

  assert {
    condition = { for key, function in aws_lambda_function.this : key => function.environment[0].variables.ANNOTATIONS_HANDLER } == {
      s3_event = "LoadFromS3Event", step_functions = "LoadFromStepFunctions"
    }
    error_message = "Each function chooses its entry point by ANNOTATIONS_HANDLER."
  }

  assert {
    condition = alltrue([for function in aws_lambda_function.this : tomap({ for name, value in function.environment[0].variables : name => value if name != "ANNOTATIONS_HANDLER" }) == tomap({
      TIMESTREAM_DATABASE_NAME = "energy", GENERATION_TABLE_NAME = "generation", CONSUMPTION_TABLE_NAME = "consumption",
      TRANSMISSION_TABLE_NAME  = "transmission", REJECTED_ROWS_LOCATION = "s3://lake/rejected/", METRICS_NAMESPACE = "ONS/Timestream",
    })])
    error_message = "The environment holds what is required and nothing for settings left to the loader's defaults."
  }

  assert {
    condition = alltrue([for key, function in aws_lambda_function.this : (
      function.logging_config[0].log_format == "JSON" && function.logging_config[0].application_log_level == "INFO"
      && function.logging_config[0].log_group == "/aws/lambda/energy-loader-${replace(key, "_", "-")}"
    )])
    error_message = "Logs are JSON and go to the group that the module made."
  }

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.function : group.retention_in_days == 30])
    error_message = "Logs are kept for the documented 30 days, not for ever."
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
    environment          = { AWS_ENDPOINT_URL_TIMESTREAM_WRITE = "https://cell", MAX_RETRIES = "99", ANNOTATIONS_HANDLER = "Other" }
    settings = {
      max_batch_size   = 50, max_retries = 4, max_concurrency = 8, row_groups_in_flight = 3, max_invalid_percent = 2.5,
      source_time_zone = "America/Sao_Paulo", metrics_namespace = "Energy/Loads"
    }
  }

  assert {
    condition = aws_lambda_function.this["s3_event"].environment[0].variables == tomap({
      TIMESTREAM_DATABASE_NAME = "energy", GENERATION_TABLE_NAME = "generation", CONSUMPTION_TABLE_NAME = "consumption",
      TRANSMISSION_TABLE_NAME  = "transmission", REJECTED_ROWS_LOCATION = "s3://lake/rejected/", METRICS_NAMESPACE = "Energy/Loads",
      MAX_BATCH_SIZE           = "50", MAX_RETRIES = "4", MAX_CONCURRENCY = "8", ROW_GROUPS_IN_FLIGHT = "3", MAX_INVALID_PERCENT = "2.5",
      SOURCE_TIME_ZONE         = "America/Sao_Paulo", AWS_ENDPOINT_URL_TIMESTREAM_WRITE = "https://cell", ANNOTATIONS_HANDLER = "LoadFromS3Event",
    })
    error_message = "Every setting has its variable, further variables are added, and they cannot replace the module's."
  }

  assert {
    condition = alltrue([for function in aws_lambda_function.this : (
      function.architectures == tolist(["arm64"]) && function.memory_size == 512 && function.timeout == 700 && function.logging_config[0].application_log_level == "DEBUG"
    )])
    error_message = "Architecture, memory, timeout and log level are inputs."
  }

  assert {
    condition     = aws_lambda_function.this["s3_event"].reserved_concurrent_executions == 7 && aws_lambda_function.this["step_functions"].reserved_concurrent_executions == -1
    error_message = "Concurrency is reserved by function."
  }

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.function : group.retention_in_days == 90])
    error_message = "Log retention is an input."
  }

  assert {
    condition     = one([for statement in output.policies.functions.s3_event.Statement : statement.Condition.StringEquals["cloudwatch:namespace"] if statement.Sid == "PublishMetrics"]) == "Energy/Loads"
    error_message = "The right to publish metrics follows the namespace."
  }

  assert {
    condition     = alltrue([for query in aws_cloudwatch_metric_alarm.this["processing-errors"].metric_query : length(query.metric) == 0 ? true : query.metric[0].namespace == "Energy/Loads"])
    error_message = "The alarms follow the namespace."
  }
}

run "policies_are_the_reviewed_ones" {
  command = plan

  variables {
    trigger = "sqs"
  }

  # tests/policies.json is the reviewed text of what the roles may do, with the default names; a change of either shows here.
  assert {
    condition     = jsonencode(output.policies) == jsonencode(jsondecode(file("tests/policies.json")))
    error_message = "The policies differ from tests/policies.json: ${jsonencode(output.policies)}"
  }

  assert {
    condition     = alltrue([for key, policy in aws_iam_role_policy.function : jsonencode(jsondecode(policy.policy)) == jsonencode(output.policies.functions[key])])
    error_message = "The functions' roles hold the policies that the module puts out."
  }

  assert {
    condition     = alltrue([for key, policy in aws_iam_role_policy.state_machine : jsonencode(jsondecode(policy.policy)) == jsonencode(output.policies.state_machines[key])])
    error_message = "The machines' roles hold the policies that the module puts out."
  }
}

run "every_permission_is_scoped" {
  command = plan

  variables {
    name                 = "grid"
    source_bucket        = "lake"
    source_prefix        = "clean/energy/"
    output_bucket        = "keep"
    rejected_rows_prefix = "refused/"
    database_name        = "grid"
    table_names          = { generation = "gen", consumption = "con", transmission = "tra" }
    trigger              = "state_machine"
  }

  assert {
    condition = alltrue(flatten([for policies in [output.policies.functions, output.policies.state_machines, { events = output.policies.events }] : [
      for policy in policies : [for statement in policy.Statement : statement.Effect == "Allow" && !anytrue([for action in statement.Action : strcontains(action, "*")])]
    ]]))
    error_message = "No action is a pattern."
  }

  assert {
    condition = toset(flatten([for policies in [output.policies.functions, output.policies.state_machines, { events = output.policies.events }] : [
      for policy in policies : [for statement in policy.Statement : statement.Sid if contains(statement.Resource, "*")]
    ]])) == toset(["DiscoverEndpoints", "PublishMetrics"])
    error_message = "Only endpoint discovery and metrics, which know no resources, are granted on all of them."
  }

  assert {
    condition = alltrue([for policy in output.policies.functions : one([for statement in policy.Statement : jsonencode([statement.Action, statement.Resource]) if statement.Sid == "WriteRecords"]) == jsonencode([
      ["timestream:WriteRecords", "timestream:DescribeTable"],
      [for table in ["con", "gen", "tra"] : "arn:aws:timestream:eu-west-1:123456789012:database/grid/table/${table}"],
    ])])
    error_message = "Records are written to the three tables only."
  }

  assert {
    condition = alltrue([for policy in output.policies.functions : one([for statement in policy.Statement : jsonencode([statement.Action, statement.Resource]) if statement.Sid == "ReadSource"]) == jsonencode([
      ["s3:GetObject", "s3:GetObjectVersion"], ["arn:aws:s3:::lake/clean/energy/*"],
    ])])
    error_message = "Objects are read below the source prefix only."
  }

  assert {
    condition = alltrue([for policy in output.policies.functions : one([for statement in policy.Statement : jsonencode([statement.Action, statement.Resource, statement.Condition]) if statement.Sid == "TellMissingFromForbidden"]) == jsonencode([
      ["s3:ListBucket"], ["arn:aws:s3:::lake"], { StringLike = { "s3:prefix" = ["clean/energy/*"] } },
    ])])
    error_message = "The bucket is listed below the source prefix only."
  }

  assert {
    condition = alltrue([for policy in output.policies.functions : jsonencode([for statement in policy.Statement : statement.Resource if contains(statement.Action, "s3:PutObject")]) == jsonencode([
      ["arn:aws:s3:::keep/refused/*"],
    ])])
    error_message = "Objects are written below the rejected-rows prefix only."
  }

  assert {
    condition = alltrue([for policy in output.policies.functions : one([for statement in policy.Statement : jsonencode(statement.Condition) if statement.Sid == "PublishMetrics"]) == jsonencode({
      StringEquals = { "cloudwatch:namespace" = "ONS/Timestream" }
    })])
    error_message = "Metrics are published to the loader's namespace only."
  }

  assert {
    condition = alltrue([for key, policy in output.policies.functions : one([for statement in policy.Statement : jsonencode([statement.Action, statement.Resource]) if statement.Sid == "WriteLogs"]) == jsonencode([
      ["logs:CreateLogStream", "logs:PutLogEvents"], ["arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/grid-${replace(key, "_", "-")}:*"],
    ])])
    error_message = "Each function writes to its own log streams only."
  }

  assert {
    condition = jsonencode([for statement in output.policies.functions.s3_event.Statement : [statement.Action, statement.Resource] if startswith(statement.Action[0], "sqs:")]) == jsonencode([
      [["sqs:SendMessage"], ["arn:aws:sqs:eu-west-1:123456789012:grid-failures"]],
    ])
    error_message = "Without a queue to work off, the event function may only send to the failures queue."
  }

  assert {
    condition     = length([for statement in output.policies.functions.step_functions.Statement : statement if startswith(statement.Action[0], "sqs:")]) == 0
    error_message = "The function of the machines has nothing to do with queues."
  }

  assert {
    condition     = length(flatten([for policies in [output.policies.functions, output.policies.state_machines] : [for policy in policies : [for statement in policy.Statement : statement if startswith(statement.Action[0], "kms:")]]])) == 0
    error_message = "No key, no rights on keys."
  }

  assert {
    condition = jsonencode(output.policies.state_machines.load.Statement) == jsonencode([{
      Sid = "Load", Effect = "Allow", Action = ["lambda:InvokeFunction"], Resource = ["arn:aws:lambda:eu-west-1:123456789012:function:grid-step-functions"],
    }])
    error_message = "The load machine calls its function and nothing else."
  }

  assert {
    condition = jsonencode({ for statement in output.policies.state_machines.backfill.Statement : statement.Sid => statement.Resource }) == jsonencode({
      Load            = ["arn:aws:lambda:eu-west-1:123456789012:function:grid-step-functions"]
      ListObjects     = ["arn:aws:s3:::lake"]
      StartChildren   = ["arn:aws:states:eu-west-1:123456789012:stateMachine:grid-backfill"]
      FollowChildren  = ["arn:aws:states:eu-west-1:123456789012:execution:grid-backfill:*", "arn:aws:states:eu-west-1:123456789012:execution:grid-backfill/*:*"]
      RedriveChildren = ["arn:aws:states:eu-west-1:123456789012:execution:grid-backfill/*:*"]
      WriteResults    = ["arn:aws:s3:::keep/backfill-results/*"]
    })
    error_message = "The backfill lists the source, starts and follows its own children, and writes its results."
  }

  assert {
    condition     = one([for statement in output.policies.state_machines.backfill.Statement : statement.Condition.StringLike["s3:prefix"][0] if statement.Sid == "ListObjects"]) == "clean/energy/*"
    error_message = "The backfill lists below the source prefix only."
  }

  assert {
    condition = jsonencode(output.policies.events.Statement) == jsonencode([{
      Sid = "StartLoad", Effect = "Allow", Action = ["states:StartExecution"], Resource = ["arn:aws:states:eu-west-1:123456789012:stateMachine:grid-load"],
    }])
    error_message = "The rule may start the load machine and nothing else."
  }
}

run "roles_trust_one_service_each" {
  command = plan

  variables {
    trigger = "state_machine"
  }

  assert {
    condition     = alltrue([for role in aws_iam_role.function : jsondecode(role.assume_role_policy).Statement[0].Principal == { Service = "lambda.amazonaws.com" }])
    error_message = "Only Lambda takes the functions' roles."
  }

  assert {
    condition = alltrue([for role in aws_iam_role.state_machine : (
      jsondecode(role.assume_role_policy).Statement[0].Principal == { Service = "states.amazonaws.com" }
      && jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "123456789012"
    )])
    error_message = "Only Step Functions of this account takes the machines' roles."
  }

  assert {
    condition = (
      jsondecode(aws_iam_role.events[0].assume_role_policy).Statement[0].Principal == { Service = "events.amazonaws.com" }
      && jsondecode(aws_iam_role.events[0].assume_role_policy).Statement[0].Condition.ArnEquals["aws:SourceArn"] == "arn:aws:events:eu-west-1:123456789012:rule/energy-loader-objects"
    )
    error_message = "Only this rule takes the role that starts the machine."
  }
}

run "a_key_is_used_everywhere_and_granted_narrowly" {
  command = plan

  variables {
    trigger             = "sqs"
    kms_key_arn         = "arn:aws:kms:eu-west-1:123456789012:key/module"
    source_kms_key_arns = ["arn:aws:kms:eu-west-1:123456789012:key/source"]
    output_kms_key_arn  = "arn:aws:kms:eu-west-1:123456789012:key/output"
  }

  assert {
    condition = jsonencode([for statement in output.policies.functions.s3_event.Statement : [statement.Action, statement.Resource, statement.Condition.StringEquals["kms:ViaService"]] if startswith(statement.Action[0], "kms:")]) == jsonencode([
      [["kms:Decrypt"], ["arn:aws:kms:eu-west-1:123456789012:key/source"], "s3.eu-west-1.amazonaws.com"],
      [["kms:GenerateDataKey", "kms:Decrypt"], ["arn:aws:kms:eu-west-1:123456789012:key/output"], "s3.eu-west-1.amazonaws.com"],
      [["kms:GenerateDataKey", "kms:Decrypt"], ["arn:aws:kms:eu-west-1:123456789012:key/module"], "sqs.eu-west-1.amazonaws.com"],
    ])
    error_message = "Each key is granted for the one service that uses it."
  }

  assert {
    condition     = length([for statement in output.policies.functions.step_functions.Statement : statement if startswith(statement.Action[0], "kms:")]) == 2
    error_message = "The function of the machines has no right on the queues' key."
  }

  assert {
    condition     = one([for statement in output.policies.state_machines.backfill.Statement : statement.Resource if startswith(statement.Action[0], "kms:")]) == ["arn:aws:kms:eu-west-1:123456789012:key/output"]
    error_message = "The backfill may encrypt its results."
  }

  assert {
    condition = alltrue(concat(
      [for queue in [aws_sqs_queue.failures, aws_sqs_queue.events[0], aws_sqs_queue.events_dead_letters[0]] : queue.kms_master_key_id == var.kms_key_arn],
      [for group in aws_cloudwatch_log_group.function : group.kms_key_id == var.kms_key_arn],
      [aws_sns_topic.alarms[0].kms_master_key_id == var.kms_key_arn, aws_timestreamwrite_database.this[0].kms_key_id == var.kms_key_arn],
    ))
    error_message = "Queues, log groups, topic and database use the key."
  }

  assert {
    condition = alltrue([for table in aws_timestreamwrite_table.this : alltrue([for location in table.magnetic_store_write_properties[0].magnetic_store_rejected_data_location :
    location.s3_configuration[0].encryption_option == "SSE_KMS" && location.s3_configuration[0].kms_key_id == var.output_kms_key_arn])])
    error_message = "Timestream's reports are encrypted with the output key."
  }

  assert {
    condition     = [for statement in output.kms_key_policy_statements : statement.Sid] == ["LogsOfTheFunctions", "AlarmsAndEvents"]
    error_message = "The module says what the key's policy must allow."
  }
}

run "new_tables_take_late_records_and_say_where_refusals_go" {
  command = plan

  assert {
    condition     = aws_timestreamwrite_database.this[0].database_name == "energy" && toset(keys(aws_timestreamwrite_table.this)) == toset(["generation", "consumption", "transmission"])
    error_message = "By default the module makes the database and three tables."
  }

  assert {
    condition = alltrue([for table in aws_timestreamwrite_table.this : (
      table.database_name == "energy"
      && table.retention_properties[0].memory_store_retention_period_in_hours == 24 && table.retention_properties[0].magnetic_store_retention_period_in_days == 3650
      && table.magnetic_store_write_properties[0].enable_magnetic_store_writes
    )])
    error_message = "Retention is the documented one and records older than the memory store are taken."
  }

  assert {
    condition = alltrue([for dataset, table in aws_timestreamwrite_table.this : alltrue([for location in table.magnetic_store_write_properties[0].magnetic_store_rejected_data_location : (
      location.s3_configuration[0].bucket_name == "lake" && location.s3_configuration[0].object_key_prefix == "rejected/timestream/${dataset}"
      && location.s3_configuration[0].encryption_option == "SSE_S3"
    )]) && length(table.magnetic_store_write_properties[0].magnetic_store_rejected_data_location) == 1])
    error_message = "Late rejections are reported below the rejected-rows prefix."
  }
}

run "retention_is_an_input" {
  command = plan

  variables {
    memory_store_retention_hours  = 72
    magnetic_store_retention_days = 400
  }

  assert {
    condition = alltrue([for table in aws_timestreamwrite_table.this : (
      table.retention_properties[0].memory_store_retention_period_in_hours == 72 && table.retention_properties[0].magnetic_store_retention_period_in_days == 400
    )])
    error_message = "Retention is an input."
  }
}

run "existing_tables_are_used_by_name" {
  command = plan

  variables {
    create_database = false
    create_tables   = false
    database_name   = "existing"
    table_names     = { generation = "gen", consumption = "con", transmission = "tra" }
  }

  assert {
    condition     = length(aws_timestreamwrite_database.this) == 0 && length(aws_timestreamwrite_table.this) == 0
    error_message = "Nothing is made that exists already."
  }

  assert {
    condition = { for name, value in aws_lambda_function.this["s3_event"].environment[0].variables : name => value if endswith(name, "_NAME") } == {
      TIMESTREAM_DATABASE_NAME = "existing", GENERATION_TABLE_NAME = "gen", CONSUMPTION_TABLE_NAME = "con", TRANSMISSION_TABLE_NAME = "tra"
    }
    error_message = "The functions get the names of the existing tables."
  }

  assert {
    condition     = output.table_arns.generation == "arn:aws:timestream:eu-west-1:123456789012:database/existing/table/gen"
    error_message = "Rights and outputs follow the names."
  }
}

run "new_tables_in_an_existing_database" {
  command = plan

  variables {
    create_database = false
    database_name   = "existing"
  }

  assert {
    condition     = length(aws_timestreamwrite_database.this) == 0 && alltrue([for table in aws_timestreamwrite_table.this : table.database_name == "existing"])
    error_message = "Tables can be made in a database that is there."
  }
}

run "by_default_a_rule_calls_the_function" {
  command = plan

  assert {
    condition = jsonencode(jsondecode(aws_cloudwatch_event_rule.objects[0].event_pattern)) == jsonencode({
      source = ["aws.s3"], "detail-type" = ["Object Created"],
      detail = { bucket = { name = ["lake"] }, object = { key = [{ wildcard = "processed/*.parquet" }] } },
    })
    error_message = "The rule matches Parquet objects created below the source prefix, and nothing else."
  }

  assert {
    condition     = aws_cloudwatch_event_target.objects[0].arn == "arn:aws:lambda:eu-west-1:123456789012:function:energy-loader-s3-event" && aws_cloudwatch_event_target.objects[0].input_path == null && aws_cloudwatch_event_target.objects[0].role_arn == null
    error_message = "The rule calls the event function with the event as it is."
  }

  assert {
    condition = (
      aws_lambda_permission.events[0].principal == "events.amazonaws.com" && aws_lambda_permission.events[0].source_arn == aws_cloudwatch_event_rule.objects[0].arn
      && aws_lambda_permission.events[0].source_account == "123456789012" && aws_lambda_permission.events[0].function_name == "energy-loader-s3-event"
    )
    error_message = "The rule, and no other, may call the function."
  }

  assert {
    condition     = length(aws_s3_bucket_notification.source) == 0 && length(aws_sqs_queue.events) == 0 && length(aws_lambda_event_source_mapping.events) == 0 && length(aws_iam_role.events) == 0
    error_message = "The bucket's notifications stay as they are, and nothing of the other triggers is made."
  }
}

run "failed_asynchronous_calls_are_kept" {
  command = plan

  assert {
    condition = (
      aws_lambda_function_event_invoke_config.s3_event.function_name == "energy-loader-s3-event"
      && aws_lambda_function_event_invoke_config.s3_event.maximum_retry_attempts == 2
      && aws_lambda_function_event_invoke_config.s3_event.destination_config[0].on_failure[0].destination == aws_sqs_queue.failures.arn
    )
    error_message = "What fails after its retries goes to the failures queue."
  }

  assert {
    condition     = aws_sqs_queue.failures.name == "energy-loader-failures" && aws_sqs_queue.failures.message_retention_seconds == 1209600 && aws_sqs_queue.failures.sqs_managed_sse_enabled
    error_message = "Failures are kept, encrypted, for 14 days, which is the longest."
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
    error_message = "Only the rule may send to the failures queue from outside."
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
    error_message = "The rule starts the load machine with the event's detail, in a role of its own."
  }

  assert {
    condition     = jsonencode(jsondecode(aws_iam_role_policy.events[0].policy)) == jsonencode(output.policies.events)
    error_message = "The rule's role holds the policy that the module puts out."
  }

  assert {
    condition     = one(aws_cloudwatch_event_target.objects[0].dead_letter_config).arn == aws_sqs_queue.failures.arn
    error_message = "Events that could not be delivered go to the failures queue."
  }

  assert {
    condition     = length(aws_lambda_permission.events) == 0 && length(aws_sqs_queue.events) == 0 && length(aws_s3_bucket_notification.source) == 0
    error_message = "Nothing of the other triggers is made."
  }
}

run "a_queue_is_worked_off_with_partial_answers" {
  command = plan

  variables {
    trigger         = "sqs"
    timeout_seconds = 840
    queue           = { batch_size = 4, max_concurrency = 12, max_receives = 3 }
  }

  assert {
    condition     = aws_cloudwatch_event_target.objects[0].arn == "arn:aws:sqs:eu-west-1:123456789012:energy-loader-events"
    error_message = "The rule fills the queue."
  }

  assert {
    condition = jsonencode(jsondecode(aws_sqs_queue_policy.events[0].policy).Statement) == jsonencode([{
      Sid       = "TakeEvents", Effect = "Allow", Principal = { Service = "events.amazonaws.com" }, Action = "sqs:SendMessage",
      Resource  = "arn:aws:sqs:eu-west-1:123456789012:energy-loader-events",
      Condition = { ArnEquals = { "aws:SourceArn" = "arn:aws:events:eu-west-1:123456789012:rule/energy-loader-objects" } },
    }])
    error_message = "Only the rule may fill the queue."
  }

  assert {
    condition     = aws_sqs_queue.events[0].visibility_timeout_seconds == 5040
    error_message = "Messages stay invisible for six times the function's timeout."
  }

  assert {
    condition = (
      jsondecode(aws_sqs_queue.events[0].redrive_policy).maxReceiveCount == 3
      && jsondecode(aws_sqs_queue.events[0].redrive_policy).deadLetterTargetArn == aws_sqs_queue.events_dead_letters[0].arn
      && aws_sqs_queue.events_dead_letters[0].message_retention_seconds == 1209600
    )
    error_message = "Messages that keep failing go to the dead-letter queue, which keeps them 14 days."
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
    error_message = "The function works the queue off, answers which messages failed, and is bounded."
  }

  assert {
    condition = jsonencode([for statement in output.policies.functions.s3_event.Statement : [statement.Action, statement.Resource] if statement.Sid == "TakeEvents"]) == jsonencode([
      [["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], ["arn:aws:sqs:eu-west-1:123456789012:energy-loader-events"]],
    ])
    error_message = "The function may take messages from its queue only."
  }

  assert {
    condition     = length(aws_lambda_permission.events) == 0 && length(aws_iam_role.events) == 0 && length(aws_s3_bucket_notification.source) == 0
    error_message = "Nothing of the other triggers is made."
  }

  assert {
    condition     = contains(output.alarm_names, "energy-loader-dead-letters-events") && contains(output.alarm_names, "energy-loader-dead-letters-failures")
    error_message = "Both queues of failures have an alarm."
  }
}

run "the_bucket_can_notify_the_function_itself" {
  command = plan

  variables {
    trigger                      = "s3"
    replace_bucket_notifications = true
    source_prefix                = "processed/dataset=generation/"
  }

  assert {
    condition = (
      aws_s3_bucket_notification.source[0].bucket == "lake" && aws_s3_bucket_notification.source[0].lambda_function[0].lambda_function_arn == aws_lambda_function.this["s3_event"].arn
      && aws_s3_bucket_notification.source[0].lambda_function[0].events == toset(["s3:ObjectCreated:*"])
      && aws_s3_bucket_notification.source[0].lambda_function[0].filter_prefix == "processed/dataset%3Dgeneration/" && aws_s3_bucket_notification.source[0].lambda_function[0].filter_suffix == ".parquet"
    )
    error_message = "The bucket notifies the function of Parquet objects created below the source prefix; filters are percent-encoded."
  }

  assert {
    condition = (
      aws_lambda_permission.bucket[0].principal == "s3.amazonaws.com" && aws_lambda_permission.bucket[0].source_arn == "arn:aws:s3:::lake" && aws_lambda_permission.bucket[0].source_account == "123456789012"
    )
    error_message = "The bucket, and no other, may call the function."
  }

  assert {
    condition     = length(aws_cloudwatch_event_rule.objects) == 0 && length(aws_cloudwatch_event_target.objects) == 0 && length(aws_sqs_queue.events) == 0 && length(aws_sqs_queue_policy.failures) == 0
    error_message = "Nothing of the other triggers is made."
  }
}

run "replacing_notifications_must_be_asked_for" {
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

run "rejected_rows_below_the_source_are_refused" {
  command = plan

  variables {
    source_prefix        = "processed/"
    rejected_rows_prefix = "processed/rejected/"
  }

  expect_failures = [var.rejected_rows_prefix]
}

run "a_source_below_rejected_rows_is_refused" {
  command = plan

  variables {
    source_prefix        = "data/processed/"
    rejected_rows_prefix = "data/"
  }

  expect_failures = [var.rejected_rows_prefix]
}

run "rejected_rows_at_the_source_are_refused_in_the_same_bucket_by_name" {
  command = plan

  variables {
    source_prefix        = "data/"
    output_bucket        = "lake"
    rejected_rows_prefix = "data/"
  }

  expect_failures = [var.rejected_rows_prefix]
}

run "a_whole_bucket_needs_another_one_for_output" {
  command = plan

  variables {
    source_prefix = ""
  }

  expect_failures = [var.rejected_rows_prefix]
}

run "results_below_the_source_are_refused" {
  command = plan

  variables {
    backfill_results_prefix = "processed/results/"
  }

  expect_failures = [var.backfill_results_prefix]
}

run "results_among_rejected_rows_are_refused" {
  command = plan

  variables {
    backfill_results_prefix = "rejected/results/"
  }

  expect_failures = [var.backfill_results_prefix]
}

run "another_bucket_needs_no_disjoint_prefixes" {
  command = plan

  variables {
    source_prefix        = ""
    output_bucket        = "keep"
    rejected_rows_prefix = "processed/rejected/"
  }

  assert {
    condition     = output.rejected_rows_location == "s3://keep/processed/rejected/" && aws_lambda_function.this["s3_event"].environment[0].variables.REJECTED_ROWS_LOCATION == output.rejected_rows_location
    error_message = "Rejected rows go to the other bucket."
  }

  assert {
    condition     = one([for statement in output.policies.functions.s3_event.Statement : statement.Resource[0] if statement.Sid == "ReadSource"]) == "arn:aws:s3:::lake/*"
    error_message = "An empty prefix is the whole bucket."
  }

  assert {
    condition     = jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].ResultWriter.Parameters == { Bucket = "keep", Prefix = "backfill-results" }
    error_message = "Results go to the other bucket."
  }
}

run "prefixes_that_would_widen_a_policy_are_refused" {
  command = plan

  variables {
    source_prefix = "processed/*/"
  }

  expect_failures = [var.source_prefix]
}

run "rejected_rows_need_a_folder" {
  command = plan

  variables {
    rejected_rows_prefix = "/rejected"
  }

  expect_failures = [var.rejected_rows_prefix]
}

run "every_alarm_has_actions_and_bears_silence" {
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
      "failed-executions-load", "failed-executions-backfill", "quiet",
    ] : "energy-loader-${name}"])
    error_message = "An alarm is missing or new: ${join(", ", output.alarm_names)}"
  }

  assert {
    condition = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.this), aws_cloudwatch_metric_alarm.quiet) : (
      alarm.alarm_actions == toset(["arn:aws:sns:eu-west-1:123456789012:energy-loader-alarms"]) && alarm.ok_actions == alarm.alarm_actions
      && alarm.actions_enabled != false && length(alarm.alarm_description) > 20
    )])
    error_message = "Every alarm tells the topic when it sounds and when it is over, and says what it means."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.treat_missing_data == "notBreaching" && alarm.comparison_operator == "GreaterThanThreshold"]) && aws_cloudwatch_metric_alarm.quiet[0].treat_missing_data == "breaching"
    error_message = "No data is no failure, but for the alarm on silence."
  }

  assert {
    condition = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.this), aws_cloudwatch_metric_alarm.quiet) : (
      length([for query in alarm.metric_query : query if query.return_data == true]) == 1 && length(alarm.metric_query) <= 11
    )])
    error_message = "An alarm returns one series and takes at most ten metrics."
  }

  assert {
    condition     = one([for query in aws_cloudwatch_metric_alarm.quiet[0].metric_query : query.metric[0].period if query.id == "generation"]) == 21600
    error_message = "The alarm on silence looks over the hours asked for."
  }

  assert {
    condition     = aws_sns_topic_subscription.emails["operators@example.com"].protocol == "email" && aws_sns_topic_subscription.emails["operators@example.com"].topic_arn == aws_sns_topic.alarms[0].arn
    error_message = "Addresses are subscribed."
  }

  assert {
    condition = jsonencode(jsondecode(aws_sns_topic_policy.alarms[0].policy).Statement) == jsonencode([{
      Sid      = "TakeAlarms", Effect = "Allow", Principal = { Service = "cloudwatch.amazonaws.com" }, Action = "sns:Publish",
      Resource = "arn:aws:sns:eu-west-1:123456789012:energy-loader-alarms",
      Condition = {
        ArnLike = { "aws:SourceArn" = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:energy-loader-*" }, StringEquals = { "aws:SourceAccount" = "123456789012" }
      },
    }])
    error_message = "Only this module's alarms publish to the topic."
  }
}

run "alarms_watch_what_they_say" {
  command = plan

  assert {
    condition = jsonencode({ for query in aws_cloudwatch_metric_alarm.this["processing-errors"].metric_query : query.id => [for metric in query.metric : [metric.namespace, metric.metric_name, metric.dimensions, metric.stat, metric.period]] }) == jsonencode(merge(
      { alarm = [] },
      { for type in ["generation", "consumption", "transmission", "unknown"] : type => [["ONS/Timestream", "ProcessingErrors", { DatasetType = type }, "Sum", 300]] },
    ))
    error_message = "Errors are summed over the dimension, with the loads that failed before their dataset was known."
  }

  assert {
    condition     = alltrue([for name in ["processing-errors", "throttled-requests", "failed-executions-load"] : one([for query in aws_cloudwatch_metric_alarm.this[name].metric_query : query.expression if query.id == "alarm"]) == "SUM(METRICS())"])
    error_message = "Sums are sums."
  }

  assert {
    condition     = toset([for query in aws_cloudwatch_metric_alarm.this["throttled-requests"].metric_query : query.metric[0].metric_name if query.id != "alarm"]) == toset(["ThrottledRequests"])
    error_message = "Throttling by Timestream is watched."
  }

  assert {
    condition = { for query in aws_cloudwatch_metric_alarm.this["refused-rows-consumption"].metric_query : query.id => "${query.metric[0].metric_name} ${query.metric[0].dimensions.DatasetType}" if query.id != "alarm" } == {
      written = "RecordsProcessed consumption", superseded = "RowsSuperseded consumption", duplicate = "RowsDuplicate consumption",
      invalid = "RowsInvalid consumption", rejected = "RowsRejected consumption",
    }
    error_message = "The share of refused rows is taken from all rows read of one dataset."
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
    error_message = "Functions and queues are watched by the services' own metrics."
  }

  assert {
    condition = toset([for query in aws_cloudwatch_metric_alarm.this["failed-executions-backfill"].metric_query : "${query.metric[0].metric_name} ${query.metric[0].dimensions.StateMachineArn}" if query.id != "alarm"]) == toset([
      "ExecutionsFailed arn:aws:states:eu-west-1:123456789012:stateMachine:energy-loader-backfill", "ExecutionsTimedOut arn:aws:states:eu-west-1:123456789012:stateMachine:energy-loader-backfill",
    ])
    error_message = "Failed and timed-out executions are watched."
  }

  assert {
    condition = { for name, alarm in aws_cloudwatch_metric_alarm.this : name => alarm.threshold } == {
      processing-errors           = 0, throttled-requests = 100, refused-rows-generation = 1, refused-rows-consumption = 1, refused-rows-transmission = 1
      duration-s3-event           = 600000, duration-step-functions = 600000, function-errors-s3-event = 0, function-errors-step-functions = 0
      function-throttles-s3-event = 0, function-throttles-step-functions = 0, dead-letters-failures = 0, failed-executions-load = 0, failed-executions-backfill = 0
    }
    error_message = "The default thresholds are the documented ones; durations are milliseconds."
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.quiet) == 0
    error_message = "Silence alarms only where it was asked for."
  }
}

run "thresholds_are_inputs" {
  command = plan

  variables {
    alarm_topic_arn      = "arn:aws:sns:eu-west-1:123456789012:operators"
    alarm_period_seconds = 900
    alarm_thresholds = {
      processing_errors = 1, refused_percent = 2, throttled_requests = 3, duration_seconds = 4, function_errors = 5, function_throttles = 6, dead_letter_messages = 7, failed_executions = 8
    }
  }

  assert {
    condition = { for name, alarm in aws_cloudwatch_metric_alarm.this : name => alarm.threshold } == {
      processing-errors           = 1, throttled-requests = 3, refused-rows-generation = 2, refused-rows-consumption = 2, refused-rows-transmission = 2
      duration-s3-event           = 4000, duration-step-functions = 4000, function-errors-s3-event = 5, function-errors-step-functions = 5
      function-throttles-s3-event = 6, function-throttles-step-functions = 6, dead-letters-failures = 7, failed-executions-load = 8, failed-executions-backfill = 8
    }
    error_message = "Every threshold is an input."
  }

  assert {
    condition     = alltrue(flatten([for alarm in aws_cloudwatch_metric_alarm.this : [for query in alarm.metric_query : [for metric in query.metric : metric.period == 900]]]))
    error_message = "The period is an input."
  }

  assert {
    condition     = length(aws_sns_topic.alarms) == 0 && length(aws_sns_topic_policy.alarms) == 0 && alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_actions == toset(["arn:aws:sns:eu-west-1:123456789012:operators"])])
    error_message = "An existing topic is used and left alone."
  }
}

run "the_dashboard_answers_its_questions" {
  command = plan

  variables {
    trigger = "sqs"
  }

  assert {
    condition = alltrue([for question in ["Is it loading?", "How much?", "How fast?", "What is refused?", "What failed?"] :
    anytrue([for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : startswith(widget.properties.title, question)])])
    error_message = "A question has no widget."
  }

  assert {
    condition = alltrue([for name in [
      "RecordsProcessed", "BatchesProcessed", "BytesRead", "LoadDuration", "ThrottledRequests", "ProcessingErrors", "RowsInvalid", "RowsRejected", "RowsSuperseded", "RowsDuplicate",
    ] : strcontains(aws_cloudwatch_dashboard.this.dashboard_body, jsonencode(name))])
    error_message = "Every metric that the loader publishes is on the dashboard."
  }

  assert {
    condition = toset(one([for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : widget.properties.alarms if widget.type == "alarm"])) == toset([
    for name in output.alarm_names : "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:${name}"])
    error_message = "All alarms are on the dashboard."
  }

  assert {
    condition = alltrue([for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : alltrue([for metric in try(widget.properties.metrics, []) :
      can(metric[0].expression) || (contains(["ONS/Timestream", "AWS/Lambda", "AWS/States", "AWS/SQS"], metric[0]) && length(metric) == 5 && can(metric[4].stat))
    ]) && (widget.type != "metric" ? true : length(widget.properties.metrics) > 0)])
    error_message = "Every line is namespace, name, dimension, value, options."
  }

  assert {
    condition     = alltrue([for queue in ["energy-loader-failures", "energy-loader-events-dead-letters"] : strcontains(aws_cloudwatch_dashboard.this.dashboard_body, jsonencode(queue))])
    error_message = "The dead-letter queues are on the dashboard."
  }
}

run "the_load_machine_calls_its_function" {
  command = plan

  variables {
    timeout_seconds = 700
    state_machines  = { retry_interval_seconds = 9, retry_attempts = 4, resume_pause_seconds = 2 }
  }

  assert {
    condition = (
      jsondecode(aws_sfn_state_machine.load.definition).States.Load.Resource == "arn:aws:states:::lambda:invoke"
      && jsondecode(aws_sfn_state_machine.load.definition).States.Load.Parameters.FunctionName == "arn:aws:lambda:eu-west-1:123456789012:function:energy-loader-step-functions"
      && jsondecode(aws_sfn_state_machine.load.definition).States.Load.TimeoutSeconds == 760
    )
    error_message = "The task calls the function of the machines and outlasts its timeout."
  }

  assert {
    condition = (
      jsondecode(aws_sfn_state_machine.load.definition).States.Load.Retry[0].IntervalSeconds == 9
      && jsondecode(aws_sfn_state_machine.load.definition).States.Load.Retry[0].MaxAttempts == 4
      && jsondecode(aws_sfn_state_machine.load.definition).States.Pause.Seconds == 2
    )
    error_message = "Retries and the pause before a load is resumed are inputs."
  }

  assert {
    condition     = aws_sfn_state_machine.load.role_arn == aws_iam_role.state_machine["load"].arn && aws_sfn_state_machine.load.type != "EXPRESS"
    error_message = "The machine is a standard one: a load can take longer than the five minutes of an express one."
  }
}

run "the_backfill_maps_objects_to_loads" {
  command = plan

  variables {
    source_prefix  = "clean/"
    state_machines = { backfill_max_concurrency = 3, backfill_tolerated_failure_percentage = 25 }
  }

  assert {
    condition = (
      jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].MaxConcurrency == 3
      && jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].ToleratedFailurePercentage == 25
      && strcontains(aws_sfn_state_machine.backfill.definition, "\"ToleratedFailurePercentage\": 25.0,")
    )
    error_message = "Concurrency and tolerated failures are inputs."
  }

  assert {
    condition = (
      jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].ItemReader.Resource == "arn:aws:states:::s3:listObjectsV2"
      && jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].ItemReader.Parameters.Bucket == "lake"
      && jsondecode(aws_sfn_state_machine.backfill.definition).States["Whole prefix"].Parameters.defaults.prefix == "clean/"
    )
    error_message = "The backfill lists the source bucket, by default the whole prefix."
  }

  assert {
    condition     = jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].ResultWriter.Parameters == { Bucket = "lake", Prefix = "backfill-results" }
    error_message = "Results are written to the output bucket."
  }

  assert {
    condition     = jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].ItemProcessor.ProcessorConfig == { Mode = "DISTRIBUTED", ExecutionType = "STANDARD" }
    error_message = "Each object is a standard execution of its own."
  }

  assert {
    condition     = jsonencode(jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].ItemProcessor.States) == jsonencode(jsondecode(aws_sfn_state_machine.load.definition).States) && jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].ItemProcessor.StartAt == jsondecode(aws_sfn_state_machine.load.definition).StartAt
    error_message = "Each child is the load machine, state for state."
  }
}

run "bad_inputs_are_refused_with_their_names" {
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

run "a_missing_package_is_named" {
  command = plan

  variables {
    package_path = "no-such.zip"
  }

  expect_failures = [var.package_path]
}

run "an_alarm_that_can_never_sound_is_refused" {
  command = plan

  variables {
    alarm_thresholds = { duration_seconds = 900 }
  }

  expect_failures = [var.alarm_thresholds]
}
