# Permissions of the roles. The tests plan against a mock whose ARNs are known before an apply.
mock_provider "aws" {
  override_during = plan
  source          = "./tests/mocks"
}

variables {
  source_bucket = "lake"
  package_path  = "versions.tf" # any file: a plan does not use its content
}

run "policies_are_the_reviewed_ones" {
  command = plan

  variables {
    trigger = "sqs"
  }

  # tests/policies.json is the reviewed text of the policies with the default names. This run detects a change of either.
  assert {
    condition     = jsonencode(output.policies) == jsonencode(jsondecode(file("tests/policies.json")))
    error_message = "The policies differ from tests/policies.json: ${jsonencode(output.policies)}"
  }

  assert {
    condition     = alltrue([for key, policy in aws_iam_role_policy.function : jsonencode(jsondecode(policy.policy)) == jsonencode(output.policies.functions[key])])
    error_message = "The roles of the functions have the policies in the outputs."
  }

  assert {
    condition     = alltrue([for key, policy in aws_iam_role_policy.state_machine : jsonencode(jsondecode(policy.policy)) == jsonencode(output.policies.state_machines[key])])
    error_message = "The roles of the state machines have the policies in the outputs."
  }
}

run "policies_with_every_option_are_the_reviewed_ones" {
  command = plan

  variables {
    trigger                 = "state_machine"
    further_source_prefixes = ["grid/"]
    output_bucket           = "output"
    kms_key_arn             = "arn:aws:kms:eu-west-1:123456789012:key/mine"
    source_kms_key_arns     = ["arn:aws:kms:eu-west-1:123456789012:key/source"]
    output_kms_key_arn      = "arn:aws:kms:eu-west-1:123456789012:key/output"
    settings                = { mapping_location = "s3://settings/mapping.json" }
    state_machines          = { log_level = "ALL" }
    tracing                 = true
  }

  assert {
    condition     = jsonencode(output.policies) == jsonencode(jsondecode(file("tests/policies_options.json")))
    error_message = "The policies differ from tests/policies_options.json: ${jsonencode(output.policies)}"
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
    error_message = "No action contains a wildcard."
  }

  assert {
    condition = toset(flatten([for policies in [output.policies.functions, output.policies.state_machines, { events = output.policies.events }] : [
      for policy in policies : [for statement in policy.Statement : statement.Sid if contains(statement.Resource, "*")]
    ]])) == toset(["DiscoverEndpoints", "PublishMetrics"])
    error_message = "Only endpoint discovery and metrics, which do not support resource-level permissions, are granted on all resources."
  }

  assert {
    condition = alltrue([for policy in output.policies.functions : one([for statement in policy.Statement : jsonencode([statement.Action, statement.Resource]) if statement.Sid == "WriteRecords"]) == jsonencode([
      ["timestream:WriteRecords", "timestream:DescribeTable"],
      [for table in ["con", "gen", "tra"] : "arn:aws:timestream:eu-west-1:123456789012:database/grid/table/${table}"],
    ])])
    error_message = "Records may be written only to the three tables."
  }

  assert {
    condition = alltrue([for policy in output.policies.functions : one([for statement in policy.Statement : jsonencode([statement.Action, statement.Resource]) if statement.Sid == "ReadSource"]) == jsonencode([
      ["s3:GetObject", "s3:GetObjectVersion"], ["arn:aws:s3:::lake/clean/energy/*"],
    ])])
    error_message = "Objects may be read only below the source prefix."
  }

  assert {
    condition     = length(flatten([for policy in output.policies.functions : [for statement in policy.Statement : statement if statement.Sid == "ReadMapping"]])) == 0
    error_message = "Without a mapping there is no permission to read one."
  }

  assert {
    condition = alltrue([for policy in output.policies.functions : one([for statement in policy.Statement : jsonencode([statement.Action, statement.Resource, contains(keys(statement), "Condition")]) if statement.Sid == "TellMissingFromForbidden"]) == jsonencode([
      ["s3:ListBucket"], ["arn:aws:s3:::lake"], false,
    ])])
    error_message = "The permission that tells a missing object from a forbidden one has no condition: S3 would not apply it to a request for an object."
  }

  assert {
    condition = alltrue([for policy in output.policies.functions : jsonencode([for statement in policy.Statement : statement.Resource if contains(statement.Action, "s3:PutObject")]) == jsonencode([
      ["arn:aws:s3:::keep/refused/*"],
    ])])
    error_message = "Objects may be written only below the rejected-rows prefix."
  }

  assert {
    condition = alltrue([for policy in output.policies.functions : one([for statement in policy.Statement : jsonencode(statement.Condition) if statement.Sid == "PublishMetrics"]) == jsonencode({
      StringEquals = { "cloudwatch:namespace" = "ONS/Timestream" }
    })])
    error_message = "Metrics may be published only to the namespace of the loader."
  }

  assert {
    condition = alltrue([for key, policy in output.policies.functions : one([for statement in policy.Statement : jsonencode([statement.Action, statement.Resource]) if statement.Sid == "WriteLogs"]) == jsonencode([
      ["logs:CreateLogStream", "logs:PutLogEvents"], ["arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/grid-${replace(key, "_", "-")}:*"],
    ])])
    error_message = "Each function may write only to its own log streams."
  }

  assert {
    condition = jsonencode([for statement in output.policies.functions.s3_event.Statement : [statement.Action, statement.Resource] if startswith(statement.Action[0], "sqs:")]) == jsonencode([
      [["sqs:SendMessage"], ["arn:aws:sqs:eu-west-1:123456789012:grid-failures"]],
    ])
    error_message = "Without the trigger sqs, the event function may only send to the failures queue."
  }

  assert {
    condition     = length([for statement in output.policies.functions.step_functions.Statement : statement if startswith(statement.Action[0], "sqs:")]) == 0
    error_message = "The function for Step Functions has no permissions on queues."
  }

  assert {
    condition     = length(flatten([for policies in [output.policies.functions, output.policies.state_machines] : [for policy in policies : [for statement in policy.Statement : statement if startswith(statement.Action[0], "kms:")]]])) == 0
    error_message = "Without keys there are no permissions on keys."
  }

  assert {
    condition = jsonencode(output.policies.state_machines.load.Statement) == jsonencode([{
      Sid = "Load", Effect = "Allow", Action = ["lambda:InvokeFunction"], Resource = ["arn:aws:lambda:eu-west-1:123456789012:function:grid-step-functions"],
    }])
    error_message = "The load machine may call its function and nothing else."
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
    error_message = "The backfill may list the source, start and monitor its own children, and write its results."
  }

  assert {
    condition     = one([for statement in output.policies.state_machines.backfill.Statement : statement.Condition.StringLike["s3:prefix"][0] if statement.Sid == "ListObjects"]) == "clean/energy/*"
    error_message = "The backfill may list only below the source prefix."
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
    error_message = "Only Lambda may assume the roles of the functions."
  }

  assert {
    condition = alltrue([for role in aws_iam_role.state_machine : (
      jsondecode(role.assume_role_policy).Statement[0].Principal == { Service = "states.amazonaws.com" }
      && jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "123456789012"
    )])
    error_message = "Only Step Functions of this account may assume the roles of the state machines."
  }

  assert {
    condition = (
      jsondecode(aws_iam_role.events[0].assume_role_policy).Statement[0].Principal == { Service = "events.amazonaws.com" }
      && jsondecode(aws_iam_role.events[0].assume_role_policy).Statement[0].Condition.ArnEquals["aws:SourceArn"] == "arn:aws:events:eu-west-1:123456789012:rule/energy-loader-objects"
    )
    error_message = "Only this rule may assume the role that starts the state machine."
  }
}

run "policies_of_roles_queues_and_topic_are_the_reviewed_ones" {
  command = plan

  variables {
    trigger = "sqs"
  }

  assert {
    condition = alltrue([for policy in values(aws_iam_role.function)[*].assume_role_policy : jsonencode(jsondecode(policy)) == jsonencode(jsondecode(file("tests/policies_resources.json")).trust.function)]) && (
      alltrue([for policy in values(aws_iam_role.state_machine)[*].assume_role_policy : jsonencode(jsondecode(policy)) == jsonencode(jsondecode(file("tests/policies_resources.json")).trust.state_machine)])
    )
    error_message = "The trust policies of functions and state machines differ from tests/policies_resources.json."
  }

  assert {
    condition = jsonencode({ failures = jsondecode(aws_sqs_queue_policy.failures[0].policy), events = jsondecode(aws_sqs_queue_policy.events[0].policy) }) == (
      jsonencode(jsondecode(file("tests/policies_resources.json")).queues)
    )
    error_message = "The policies of the queues differ from tests/policies_resources.json."
  }

  assert {
    condition     = jsonencode(jsondecode(aws_sns_topic_policy.alarms[0].policy)) == jsonencode(jsondecode(file("tests/policies_resources.json")).topics.alarms)
    error_message = "The policy of the topic differs from tests/policies_resources.json."
  }
}

run "the_trust_policy_of_the_rule_is_the_reviewed_one" {
  command = plan

  variables {
    trigger = "state_machine"
  }

  assert {
    condition     = jsonencode(jsondecode(aws_iam_role.events[0].assume_role_policy)) == jsonencode(jsondecode(file("tests/policies_resources.json")).trust.events)
    error_message = "The trust policy of the rule's role differs from tests/policies_resources.json."
  }
}

run "keys_are_used_everywhere_with_minimal_permissions" {
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
    error_message = "Each key may be used only through the service that needs it."
  }

  assert {
    condition     = length([for statement in output.policies.functions.step_functions.Statement : statement if startswith(statement.Action[0], "kms:")]) == 2
    error_message = "The function for Step Functions has no permission on the key of the queues."
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
    error_message = "The reports of Timestream are encrypted with the output key."
  }

  assert {
    condition     = [for statement in output.kms_key_policy_statements : statement.Sid] == ["Logs", "AlarmsAndEvents"]
    error_message = "The outputs contain the statements that the key policy needs."
  }
}

run "a_mapping_may_be_read_and_nothing_else_beside_it" {
  command = plan

  variables {
    settings = { mapping_location = "s3://config/loader/mapping.json" }
  }

  assert {
    condition = alltrue([for policy in output.policies.functions : one([for statement in policy.Statement : jsonencode([statement.Action, statement.Resource]) if statement.Sid == "ReadMapping"]) == jsonencode([
      ["s3:GetObject"], ["arn:aws:s3:::config/loader/mapping.json"],
    ])])
    error_message = "Only the mapping itself may be read outside of the source."
  }
}

run "a_mapping_below_the_source_is_refused" {
  command = plan

  variables {
    settings = { mapping_location = "s3://lake/processed/mapping.json" }
  }

  expect_failures = [var.source_prefix]
}

run "a_mapping_that_is_no_json_file_is_refused" {
  command = plan

  variables {
    settings = { mapping_location = "s3://lake/config/*" }
  }

  expect_failures = [var.settings]
}
