# The example, planned against a mock whose ARNs and ids are known before an apply.
mock_provider "aws" {
  override_during = plan
  source          = "../../tests/mocks"
}

override_resource {
  target          = module.influxdb.aws_timestreaminfluxdb_db_instance.this
  override_during = plan
  values          = { endpoint = "abcdefghij.timestream-influxdb.eu-west-1.on.aws" }
}

variables {
  package_path      = "main.tf" # any file: a plan does not use its content
  bucket            = "lake"
  vpc_id            = "vpc-0a"
  subnet_ids        = ["subnet-0a", "subnet-0b"]
  route_table_ids   = ["rtb-0a"]
  influxdb_password = "mockedPassword1"
}

run "the_loader_writes_to_the_new_instance_and_alarms_watch_it" {
  command = plan

  assert {
    condition     = output.influxdb_url == "https://abcdefghij.timestream-influxdb.eu-west-1.on.aws:8086"
    error_message = "The URL is that of the instance."
  }

  assert {
    condition     = toset([for name in module.loader.alarm_names : name if startswith(name, "energy-loader-influxdb-")]) == toset([for key in ["cpu", "memory", "disk"] : "energy-loader-influxdb-${key}"])
    error_message = "Alarms watch CPU, memory and disk of the instance."
  }

  assert {
    condition     = strcontains(output.put_token, aws_secretsmanager_secret.token.arn)
    error_message = "The command puts the token into the secret."
  }
}
