# The security groups and endpoints, planned against a mock whose ids are known before an apply.
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
  vpc_id          = "vpc-0a"
  subnet_ids      = ["subnet-0a", "subnet-0b"]
  route_table_ids = ["rtb-0a"]
  influxdb        = { port = 8181, security_group_id = "sg-0d" }
  tags            = { service = "energy-loader" }
}

run "the_functions_reach_what_they_need_and_nothing_else" {
  command = plan

  assert {
    condition = (
      aws_vpc_security_group_egress_rule.influxdb[0].referenced_security_group_id == "sg-0d" && aws_vpc_security_group_egress_rule.influxdb[0].from_port == 8181
      && aws_vpc_security_group_egress_rule.influxdb[0].to_port == 8181 && aws_vpc_security_group_egress_rule.influxdb[0].security_group_id == "sg-0f"
    )
    error_message = "The functions may connect to the port of InfluxDB."
  }

  assert {
    condition = (
      aws_vpc_security_group_ingress_rule.influxdb[0].security_group_id == "sg-0d" && aws_vpc_security_group_ingress_rule.influxdb[0].from_port == 8181
      && aws_vpc_security_group_ingress_rule.influxdb[0].to_port == 8181 && aws_vpc_security_group_ingress_rule.influxdb[0].referenced_security_group_id == "sg-0f"
    )
    error_message = "InfluxDB lets the functions in, and only to its port."
  }

  assert {
    condition = (
      aws_vpc_endpoint.s3[0].service_name == "com.amazonaws.eu-west-1.s3" && aws_vpc_endpoint.s3[0].route_table_ids == toset(["rtb-0a"])
      && aws_vpc_security_group_egress_rule.s3[0].prefix_list_id == "pl-0a" && aws_vpc_security_group_egress_rule.s3[0].from_port == 443
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

run "existing_endpoints_or_a_nat_gateway_are_used" {
  command = plan

  variables {
    interface_endpoints = []
    route_table_ids     = []
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

run "the_groups_are_named_and_tagged" {
  command = plan

  variables {
    name = "grid"
  }

  assert {
    condition     = aws_security_group.functions.name_prefix == "grid-functions-" && aws_security_group.endpoints[0].name_prefix == "grid-endpoints-"
    error_message = "The name is the prefix of the names."
  }

  assert {
    condition     = alltrue([for tags in [aws_security_group.functions.tags, aws_security_group.endpoints[0].tags, aws_vpc_endpoint.s3[0].tags, aws_vpc_endpoint.services["monitoring"].tags] : tags == tomap({ service = "energy-loader" })])
    error_message = "Groups and endpoints have the tags."
  }
}

run "another_destination_has_no_rules_of_influxdb" {
  command = plan

  variables {
    influxdb            = null
    interface_endpoints = ["monitoring", "timestream.ingest-cell1"]
  }

  assert {
    condition     = length(aws_vpc_security_group_egress_rule.influxdb) + length(aws_vpc_security_group_ingress_rule.influxdb) == 0 && length(aws_vpc_endpoint.services) == 2
    error_message = "Without InfluxDB there are no rules for it, and the endpoints are an input."
  }
}

run "endpoints_without_a_way_to_s3_are_refused" {
  command = plan

  variables {
    route_table_ids = []
  }

  expect_failures = [var.route_table_ids]
}

run "invalid_inputs_are_refused_by_name" {
  command = plan

  variables {
    name                = "Energy Loader"
    vpc_id              = "default"
    subnet_ids          = []
    interface_endpoints = ["com amazonaws"]
    influxdb            = { port = 0, security_group_id = "sg-0d" }
  }

  expect_failures = [var.name, var.vpc_id, var.subnet_ids, var.interface_endpoints, var.influxdb]
}
