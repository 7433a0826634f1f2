# The example, planned against a mock whose ARNs and ids are known before an apply.
mock_provider "aws" {
  override_during = plan
  source          = "../../tests/mocks"
}

variables {
  package_path    = "main.tf" # any file: a plan does not use its content
  bucket          = "lake"
  vpc_id          = "vpc-0a"
  subnet_ids      = ["subnet-0a", "subnet-0b"]
  route_table_ids = ["rtb-0a"]
  influxdb = {
    endpoint          = "abcdefghij.timestream-influxdb.eu-west-1.on.aws"
    port              = 8181
    security_group_id = "sg-0d"
    engine            = "3"
    database          = "energy"
  }
}

run "the_loader_gets_the_endpoint_the_secret_and_the_network" {
  command = plan

  variables {
    secret_kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/token"
  }

  assert {
    condition     = aws_secretsmanager_secret.token.kms_key_id == "arn:aws:kms:eu-west-1:123456789012:key/token" && strcontains(output.put_token, aws_secretsmanager_secret.token.arn)
    error_message = "The secret uses the key, and the command names the secret."
  }

  assert {
    condition = alltrue([for policy in module.loader.policies.functions : [for statement in policy.Statement : statement.Resource[0] if contains(["ReadToken", "DecryptToken"], statement.Sid)] == [
      aws_secretsmanager_secret.token.arn, "arn:aws:kms:eu-west-1:123456789012:key/token"
    ]])
    error_message = "The functions may read this secret and decrypt it."
  }

  assert {
    condition     = keys(output.function_arns) == ["s3_event", "step_functions"] && output.upload_to == "s3://lake/processed/" && output.rejected_rows_location == "s3://lake/rejected/"
    error_message = "The loader uses the existing bucket."
  }
}

run "engine_2_has_org_bucket_and_alarms_on_the_instance" {
  command = plan

  variables {
    influxdb = {
      endpoint = "abcdefghij.timestream-influxdb.eu-west-1.on.aws", port = 8086, security_group_id = "sg-0d", engine = "2", org = "grid", bucket = "energy", instance_name = "energy"
    }
  }

  assert {
    condition     = length([for name in module.loader.alarm_names : name if startswith(name, "energy-loader-influxdb-")]) == 3
    error_message = "Alarms watch CPU, memory and disk of the instance."
  }
}

run "a_notification_that_replaces_others_is_refused" {
  command = plan

  variables {
    trigger = "s3"
  }

  expect_failures = [var.trigger]
}
