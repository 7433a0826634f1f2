# The example, planned against a mock whose ARNs and ids are known before an apply.
mock_provider "aws" {
  override_during = plan
  source          = "../../tests/mocks"
}

override_resource {
  target          = aws_security_group.functions
  override_during = plan
  values          = { id = "sg-0f" }
}

override_resource {
  target          = aws_security_group.endpoints
  override_during = plan
  values          = { id = "sg-0e" }
}

override_resource {
  target          = aws_vpc_endpoint.s3
  override_during = plan
  values          = { prefix_list_id = "pl-0a" }
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

run "the_functions_reach_what_they_need_and_nothing_else" {
  command = plan

  assert {
    condition = (
      aws_vpc_security_group_egress_rule.influxdb.referenced_security_group_id == "sg-0d" && aws_vpc_security_group_egress_rule.influxdb.from_port == 8181
      && aws_vpc_security_group_egress_rule.influxdb.to_port == 8181 && aws_vpc_security_group_egress_rule.influxdb.security_group_id == "sg-0f"
    )
    error_message = "The functions may connect to the port of InfluxDB."
  }

  assert {
    condition = (
      aws_vpc_security_group_ingress_rule.influxdb.security_group_id == "sg-0d" && aws_vpc_security_group_ingress_rule.influxdb.from_port == 8181
      && aws_vpc_security_group_ingress_rule.influxdb.to_port == 8181 && aws_vpc_security_group_ingress_rule.influxdb.referenced_security_group_id == "sg-0f"
    )
    error_message = "InfluxDB lets the functions in, and only to its port."
  }

  assert {
    condition = (
      aws_vpc_endpoint.s3.service_name == "com.amazonaws.eu-west-1.s3" && aws_vpc_endpoint.s3.route_table_ids == toset(["rtb-0a"])
      && aws_vpc_security_group_egress_rule.s3.prefix_list_id == "pl-0a" && aws_vpc_security_group_egress_rule.s3.from_port == 443
    )
    error_message = "S3 is reached through its gateway endpoint."
  }

  assert {
    condition = { for name, endpoint in aws_vpc_endpoint.services : name => "${endpoint.service_name} ${endpoint.vpc_endpoint_type} ${endpoint.private_dns_enabled}" } == {
      secretsmanager = "com.amazonaws.eu-west-1.secretsmanager Interface true", monitoring = "com.amazonaws.eu-west-1.monitoring Interface true"
    }
    error_message = "The token and the metrics need an interface endpoint each."
  }

  assert {
    condition = (
      aws_vpc_security_group_egress_rule.services.referenced_security_group_id == "sg-0e" && aws_vpc_security_group_egress_rule.services.cidr_ipv4 == null
      && aws_vpc_security_group_ingress_rule.endpoints[0].referenced_security_group_id == "sg-0f"
    )
    error_message = "The functions may connect to the endpoints, and nothing else may."
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

run "existing_endpoints_or_a_nat_gateway_are_used" {
  command = plan

  variables {
    create_interface_endpoints = false
  }

  assert {
    condition     = length(aws_vpc_endpoint.services) == 0 && length(aws_security_group.endpoints) == 0 && length(aws_vpc_security_group_ingress_rule.endpoints) == 0
    error_message = "No interface endpoint and no security group for it are created."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.services.cidr_ipv4 == "0.0.0.0/0" && aws_vpc_security_group_egress_rule.services.from_port == 443 && aws_vpc_security_group_egress_rule.services.to_port == 443
    error_message = "The functions may connect to port 443, wherever the endpoints are."
  }
}

run "engine_2_has_org_and_bucket" {
  command = plan

  variables {
    influxdb = {
      endpoint = "abcdefghij.timestream-influxdb.eu-west-1.on.aws", port = 8086, security_group_id = "sg-0d", engine = "2", org = "grid", bucket = "energy"
    }
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.influxdb.from_port == 8086
    error_message = "The port is an input."
  }
}

run "a_notification_that_replaces_others_is_refused" {
  command = plan

  variables {
    trigger = "s3"
  }

  expect_failures = [var.trigger]
}
