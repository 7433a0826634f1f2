# The sink influxdb, and functions in a VPC. The tests plan against a mock whose ARNs are known before an apply.
mock_provider "aws" {
  override_during = plan
  source          = "./tests/mocks"
}

variables {
  source_bucket = "lake"
  package_path  = "versions.tf" # any file: a plan does not use its content
  sink          = "influxdb"
  influxdb = {
    url              = "https://abcdefghij.timestream-influxdb.eu-west-1.on.aws:8181"
    database         = "energy"
    token_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:influxdb-token-a1B2c3"
  }
}

run "the_functions_get_the_settings_of_influxdb" {
  command = plan

  assert {
    condition = alltrue([for function in aws_lambda_function.this : tomap({ for name, value in function.environment[0].variables : name => value if name != "ANNOTATIONS_HANDLER" }) == tomap({
      SINK                      = "influxdb", INFLUXDB_URL = "https://abcdefghij.timestream-influxdb.eu-west-1.on.aws:8181", INFLUXDB_DATABASE = "energy",
      INFLUXDB_TOKEN_SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:influxdb-token-a1B2c3",
      GENERATION_TABLE_NAME     = "generation", CONSUMPTION_TABLE_NAME = "consumption", TRANSMISSION_TABLE_NAME = "transmission",
      REJECTED_ROWS_LOCATION    = "s3://lake/rejected/", METRICS_NAMESPACE = "ONS/Timestream", SOURCE_PREFIX = "processed/", SSL_CERT_DIR = "/dev/null",
    })])
    error_message = "The environment has the required variables of InfluxDB, none of Timestream, and none for settings that use the defaults of the loader."
  }

  assert {
    condition     = alltrue([for function in aws_lambda_function.this : strcontains(function.description, "InfluxDB") && length(function.vpc_config) == 0])
    error_message = "The description names the destination; without subnets the functions are in no VPC."
  }
}

run "every_setting_of_influxdb_has_its_variable" {
  command = plan

  variables {
    table_names = { generation = "gen", consumption = "con", transmission = "tra" }
    influxdb = {
      url         = "https://influxdb.example:8086", engine = "2", org = "grid operator", bucket = "energy", layout = "overwrite",
      batch_lines = 2500, gzip = false, token_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:team/token-a1B2c3"
    }
  }

  assert {
    condition = alltrue([for function in aws_lambda_function.this : { for name, value in function.environment[0].variables : name => value if startswith(name, "INFLUXDB_") || endswith(name, "_TABLE_NAME") } == {
      INFLUXDB_URL              = "https://influxdb.example:8086", INFLUXDB_ENGINE = "2", INFLUXDB_ORG = "grid operator", INFLUXDB_BUCKET = "energy",
      INFLUXDB_LAYOUT           = "overwrite", INFLUXDB_BATCH_LINES = "2500", INFLUXDB_GZIP = "false",
      INFLUXDB_TOKEN_SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:team/token-a1B2c3",
      GENERATION_TABLE_NAME     = "gen", CONSUMPTION_TABLE_NAME = "con", TRANSMISSION_TABLE_NAME = "tra"
    }])
    error_message = "Every setting has its variable, and the key of the secret has none."
  }
}

run "nothing_of_timestream_is_created_granted_or_watched" {
  command = plan

  variables {
    settings = { metrics_namespace = "Energy/Loads" } # the default has the word in it
  }

  assert {
    condition     = length(aws_timestreamwrite_database.this) == 0 && length(aws_timestreamwrite_table.this) == 0 && length(output.table_arns) == 0
    error_message = "No database and no table are created."
  }

  assert {
    condition     = !strcontains(lower(jsonencode(output.policies)), "timestream:")
    error_message = "Nothing is granted on Timestream."
  }

  assert {
    condition     = !strcontains(lower(jsonencode(local.alarms)), "timestream") && length(aws_cloudwatch_metric_alarm.this) == 16
    error_message = "An alarm watches or names Timestream, or another alarm is missing: ${join(", ", output.alarm_names)}"
  }

  assert {
    condition     = strcontains(aws_cloudwatch_metric_alarm.this["throttled-requests"].alarm_description, "InfluxDB")
    error_message = "The alarm on throttled requests names the destination."
  }

  assert {
    condition     = !strcontains(lower(aws_cloudwatch_dashboard.this[0].dashboard_body), "timestream") && !strcontains(aws_cloudwatch_dashboard.this[0].dashboard_body, "What is refused late?")
    error_message = "The dashboard shows metrics of Timestream."
  }

  assert {
    condition = toset(one([for widget in jsondecode(aws_cloudwatch_dashboard.this[0].dashboard_body).widgets : widget.properties.alarms if widget.type == "alarm"])) == toset([
    for name in output.alarm_names : "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:${name}"])
    error_message = "All alarms, and no others, are on the dashboard."
  }
}

run "policies_for_influxdb_are_the_reviewed_ones" {
  command = plan

  variables {
    trigger                = "sqs"
    vpc_subnet_ids         = ["subnet-0a", "subnet-0b"]
    vpc_security_group_ids = ["sg-0c"]
    influxdb = {
      url                      = "https://abcdefghij.timestream-influxdb.eu-west-1.on.aws:8181"
      database                 = "energy"
      token_secret_arn         = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:influxdb-token-a1B2c3"
      token_secret_kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/token"
    }
  }

  # tests/policies_influxdb.json is the reviewed text of the policies of the functions. This run detects a change of either.
  assert {
    condition     = jsonencode({ functions = output.policies.functions }) == jsonencode(jsondecode(file("tests/policies_influxdb.json")))
    error_message = "The policies differ from tests/policies_influxdb.json: ${jsonencode({ functions = output.policies.functions })}"
  }

  assert {
    condition     = alltrue([for key, policy in aws_iam_role_policy.function : jsonencode(jsondecode(policy.policy)) == jsonencode(output.policies.functions[key])])
    error_message = "The roles of the functions have the policies in the outputs."
  }

  assert {
    condition     = jsonencode(output.policies.state_machines) == jsonencode(jsondecode(file("tests/policies.json")).state_machines)
    error_message = "The policies of the state machines do not depend on the sink."
  }

  assert {
    condition     = alltrue([for function in aws_lambda_function.this : one(function.vpc_config).subnet_ids == toset(["subnet-0a", "subnet-0b"]) && one(function.vpc_config).security_group_ids == toset(["sg-0c"])])
    error_message = "Both functions run in the subnets, with the security groups."
  }
}

run "a_key_of_another_region_is_used_through_secrets_manager_there" {
  command = plan

  variables {
    influxdb = {
      url                      = "https://influxdb.example:8086"
      database                 = "energy"
      token_secret_arn         = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:token-a1B2c3"
      token_secret_kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/token"
    }
  }

  assert {
    condition = alltrue([for policy in output.policies.functions : [for statement in policy.Statement : "${statement.Resource[0]} ${statement.Condition.StringEquals["kms:ViaService"]}" if statement.Sid == "DecryptToken"] == [
      "arn:aws:kms:eu-central-1:123456789012:key/token secretsmanager.eu-central-1.amazonaws.com"
    ]])
    error_message = "The condition on the key names the region of the secret."
  }
}

run "without_a_vpc_and_a_key_there_are_no_permissions_for_them" {
  command = plan

  assert {
    condition     = alltrue([for policy in output.policies.functions : length([for statement in policy.Statement : statement if startswith(statement.Action[0], "ec2:") || startswith(statement.Action[0], "kms:")]) == 0])
    error_message = "Permissions on network interfaces and keys are granted only if they are needed."
  }
}

run "functions_that_write_to_timestream_can_run_in_a_vpc" {
  command = plan

  variables {
    sink                   = "timestream"
    influxdb               = null
    vpc_subnet_ids         = ["subnet-0a"]
    vpc_security_group_ids = ["sg-0c"]
  }

  assert {
    condition     = alltrue([for function in aws_lambda_function.this : one(function.vpc_config).subnet_ids == toset(["subnet-0a"]) && !contains(keys(function.environment[0].variables), "INFLUXDB_URL")])
    error_message = "A VPC does not depend on the sink."
  }

  assert {
    condition = alltrue([for policy in output.policies.functions : [for statement in policy.Statement : statement.Sid if anytrue([for action in statement.Action : startswith(action, "ec2:")])] == [
      "ManageInterfaces", "DescribeInterfaces", "DenyInterfacesToCode"
    ]])
    error_message = "The permissions on network interfaces do not depend on the sink."
  }

  assert {
    condition     = alltrue([for policy in output.policies.functions : length([for statement in policy.Statement : statement if statement.Sid == "ReadToken"]) == 0])
    error_message = "Without the sink influxdb no secret may be read."
  }
}

run "another_sink_is_refused" {
  command = plan

  variables {
    sink     = "duckdb"
    influxdb = null
  }

  expect_failures = [var.sink]
}

run "the_sink_influxdb_needs_its_settings" {
  command = plan

  variables {
    influxdb = null
  }

  expect_failures = [var.influxdb]
}

run "settings_of_influxdb_without_the_sink_are_refused" {
  command = plan

  variables {
    sink = "timestream"
  }

  expect_failures = [var.influxdb]
}

run "settings_that_only_timestream_has_are_refused" {
  command = plan

  variables {
    settings       = { max_batch_size = 50 }
    partition_keys = { generation = "region" }
    table_names    = { generation = "_generation" }
  }

  expect_failures = [var.settings, var.partition_keys, var.table_names]
}

run "a_token_in_the_environment_is_refused" {
  command = plan

  variables {
    environment = { INFLUXDB_TOKEN = "secret" }
  }

  expect_failures = [var.environment]
}

run "subnets_without_security_groups_are_refused" {
  command = plan

  variables {
    vpc_subnet_ids = ["subnet-0a"]
  }

  expect_failures = [var.vpc_subnet_ids]
}

run "security_groups_without_subnets_are_refused" {
  command = plan

  variables {
    vpc_security_group_ids = ["sg-0c"]
  }

  expect_failures = [var.vpc_subnet_ids]
}

run "the_name_of_a_subnet_is_refused" {
  command = plan

  variables {
    vpc_subnet_ids         = ["private-a"]
    vpc_security_group_ids = ["sg-0c"]
  }

  expect_failures = [var.vpc_subnet_ids]
}

run "the_name_of_a_security_group_is_refused" {
  command = plan

  variables {
    vpc_subnet_ids         = ["subnet-0a"]
    vpc_security_group_ids = ["loader"]
  }

  expect_failures = [var.vpc_security_group_ids]
}

run "a_url_without_tls_is_refused" {
  command = plan

  variables {
    influxdb = {
      url              = "http://influxdb.example:8086"
      database         = "energy"
      token_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-a1B2c3"
    }
  }

  expect_failures = [var.influxdb]
}

run "a_missing_url_is_refused" {
  command = plan

  variables {
    influxdb = {
      database         = "energy"
      token_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-a1B2c3"
    }
  }

  expect_failures = [var.influxdb]
}

run "a_url_with_a_path_is_refused" {
  command = plan

  variables {
    influxdb = {
      url              = "https://influxdb.example:8086/api"
      database         = "energy"
      token_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-a1B2c3"
    }
  }

  expect_failures = [var.influxdb]
}

run "a_url_with_a_user_is_refused" {
  command = plan

  variables {
    influxdb = {
      url              = "https://user:password@influxdb.example:8086"
      database         = "energy"
      token_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-a1B2c3"
    }
  }

  expect_failures = [var.influxdb]
}

run "another_engine_is_refused" {
  command = plan

  variables {
    influxdb = {
      url              = "https://influxdb.example:8086"
      database         = "energy"
      token_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-a1B2c3"
      engine           = "1"
    }
  }

  expect_failures = [var.influxdb]
}

run "a_missing_database_is_refused" {
  command = plan

  variables {
    influxdb = {
      url              = "https://influxdb.example:8086"
      token_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-a1B2c3"
    }
  }

  expect_failures = [var.influxdb]
}

run "engine_3_needs_a_database" {
  command = plan

  variables {
    influxdb = {
      url              = "https://influxdb.example:8086"
      token_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-a1B2c3"
      engine           = "3"
      org              = "grid"
      bucket           = "energy"
    }
  }

  expect_failures = [var.influxdb]
}

run "engine_2_needs_org_and_bucket" {
  command = plan

  variables {
    influxdb = {
      url              = "https://influxdb.example:8086"
      database         = "energy"
      token_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-a1B2c3"
      engine           = "2"
      org              = "grid"
    }
  }

  expect_failures = [var.influxdb]
}

run "a_database_name_that_no_engine_accepts_is_refused" {
  command = plan

  variables {
    influxdb = {
      url              = "https://influxdb.example:8086"
      database         = "energy data"
      token_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-a1B2c3"
    }
  }

  expect_failures = [var.influxdb]
}

run "a_blank_org_is_refused" {
  command = plan

  variables {
    influxdb = {
      url              = "https://influxdb.example:8086"
      token_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-a1B2c3"
      org              = " "
      bucket           = "energy"
    }
  }

  expect_failures = [var.influxdb]
}

run "a_missing_secret_is_refused" {
  command = plan

  variables {
    influxdb = {
      url      = "https://influxdb.example:8086"
      database = "energy"
    }
  }

  expect_failures = [var.influxdb]
}

run "a_name_in_place_of_the_arn_of_the_secret_is_refused" {
  command = plan

  variables {
    influxdb = {
      url              = "https://influxdb.example:8086"
      database         = "energy"
      token_secret_arn = "influxdb-token"
    }
  }

  expect_failures = [var.influxdb]
}

run "an_incomplete_arn_of_the_secret_is_refused" {
  command = plan

  variables {
    influxdb = {
      url              = "https://influxdb.example:8086"
      database         = "energy"
      token_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token"
    }
  }

  expect_failures = [var.influxdb]
}

run "an_alias_of_the_key_is_refused" {
  command = plan

  variables {
    influxdb = {
      url                      = "https://influxdb.example:8086"
      database                 = "energy"
      token_secret_arn         = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-a1B2c3"
      token_secret_kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:alias/token"
    }
  }

  expect_failures = [var.influxdb]
}

run "another_layout_is_refused" {
  command = plan

  variables {
    influxdb = {
      url              = "https://influxdb.example:8086"
      database         = "energy"
      token_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-a1B2c3"
      layout           = "marks"
    }
  }

  expect_failures = [var.influxdb]
}

run "overwrite_on_engine_3_is_refused" {
  command = plan

  variables {
    influxdb = {
      url              = "https://influxdb.example:8086"
      database         = "energy"
      token_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-a1B2c3"
      engine           = "3"
      layout           = "overwrite"
    }
  }

  expect_failures = [var.influxdb]
}

run "overwrite_on_an_unknown_engine_is_refused" {
  command = plan

  variables {
    influxdb = {
      url              = "https://influxdb.example:8086"
      database         = "energy"
      token_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-a1B2c3"
      layout           = "overwrite"
    }
  }

  expect_failures = [var.influxdb]
}

run "an_empty_batch_is_refused" {
  command = plan

  variables {
    influxdb = {
      url              = "https://influxdb.example:8086"
      database         = "energy"
      token_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-a1B2c3"
      batch_lines      = 0
    }
  }

  expect_failures = [var.influxdb]
}

run "a_batch_above_the_limit_is_refused" {
  command = plan

  variables {
    influxdb = {
      url              = "https://influxdb.example:8086"
      database         = "energy"
      token_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-a1B2c3"
      batch_lines      = 50001
    }
  }

  expect_failures = [var.influxdb]
}

run "a_fraction_of_a_line_is_refused" {
  command = plan

  variables {
    influxdb = {
      url              = "https://influxdb.example:8086"
      database         = "energy"
      token_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-a1B2c3"
      batch_lines      = 2.5
    }
  }

  expect_failures = [var.influxdb]
}

run "alarms_watch_the_instance_and_missing_metrics_are_an_alarm" {
  command = plan

  variables {
    influxdb = {
      url              = "https://abcdefghij.timestream-influxdb.eu-west-1.on.aws:8086", engine = "2", org = "grid", bucket = "energy", instance_name = "energy"
      token_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:influxdb-token-a1B2c3"
    }
    alarm_thresholds = { influxdb_cpu = 60, influxdb_memory = 61, influxdb_disk = 62 }
  }

  assert {
    condition = jsonencode({ for name, alarm in aws_cloudwatch_metric_alarm.this : name => [for query in alarm.metric_query : "${query.metric[0].namespace} ${query.metric[0].metric_name} ${query.metric[0].stat} ${join(",", keys(query.metric[0].dimensions))}"] if startswith(name, "influxdb-") }) == (
      jsonencode({ for name, metrics in jsondecode(file("tests/alarms.json")) : name => metrics if startswith(name, "influxdb-") })
    )
    error_message = "The alarms watch other metrics than tests/alarms.json says."
  }

  assert {
    condition     = [for key in ["cpu", "memory", "disk"] : "${aws_cloudwatch_metric_alarm.this["influxdb-${key}"].threshold} ${aws_cloudwatch_metric_alarm.this["influxdb-${key}"].treat_missing_data} ${one(aws_cloudwatch_metric_alarm.this["influxdb-${key}"].metric_query).metric[0].dimensions.DbInstanceName}"] == ["60 breaching energy", "61 breaching energy", "62 breaching energy"]
    error_message = "The thresholds are inputs, and an instance that publishes nothing is an alarm."
  }

  assert {
    condition     = alltrue([for function in aws_lambda_function.this : !contains(keys(function.environment[0].variables), "INFLUXDB_INSTANCE_NAME")])
    error_message = "The name of the instance is no setting of the functions."
  }
}

run "the_endpoint_of_an_instance_is_refused_as_its_name" {
  command = plan

  variables {
    influxdb = {
      url              = "https://influxdb.example", database = "energy", instance_name = "abcdefghij.timestream-influxdb.eu-west-1.on.aws"
      token_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:influxdb-token-a1B2c3"
    }
  }

  expect_failures = [var.influxdb]
}
