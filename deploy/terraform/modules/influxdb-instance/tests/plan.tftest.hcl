# The instance, planned against a mock.
mock_provider "aws" {
  override_during = plan
  source          = "../../tests/mocks"
}

override_resource {
  target          = aws_security_group.influxdb
  override_during = plan
  values          = { id = "sg-0d" }
}

override_resource {
  target          = aws_timestreaminfluxdb_db_instance.this
  override_during = plan
  values          = { endpoint = "abcdefghij.timestream-influxdb.eu-west-1.on.aws" }
}

variables {
  name                  = "energy"
  vpc_id                = "vpc-0a"
  subnet_ids            = ["subnet-0a", "subnet-0b"]
  allocated_storage_gib = 100
  organization          = "grid"
  bucket                = "energy"
  password              = "mockedPassword1"
}

run "an_instance_that_is_reachable_only_in_its_vpc" {
  command = plan

  assert {
    condition     = aws_timestreaminfluxdb_db_instance.this.publicly_accessible == false && aws_timestreaminfluxdb_db_instance.this.vpc_security_group_ids == toset(["sg-0d"])
    error_message = "The instance is private and has its own security group."
  }

  assert {
    condition     = aws_timestreaminfluxdb_db_instance.this.deployment_type == "SINGLE_AZ" && aws_timestreaminfluxdb_db_instance.this.db_storage_type == "InfluxIOIncludedT1" && length(aws_timestreaminfluxdb_db_instance.this.log_delivery_configuration) == 0
    error_message = "Standby, faster storage and logs are not on by default."
  }

  assert {
    condition     = output.url == "https://abcdefghij.timestream-influxdb.eu-west-1.on.aws:8086" && output.name == "energy" && output.port == 8086 && output.security_group_id == "sg-0d"
    error_message = "The outputs are what the loader and the network need."
  }
}

run "every_setting_is_an_input" {
  command = plan

  variables {
    instance_type      = "db.influx.large"
    storage_type       = "InfluxIOIncludedT2"
    multi_az           = true
    port               = 9999
    username           = "operator"
    parameter_group_id = "a1b2c3d4e5"
    log_bucket         = "logs"
    tags               = { service = "energy" }

    allocated_storage_gib = 400
  }

  assert {
    condition     = "${aws_timestreaminfluxdb_db_instance.this.db_instance_type} ${aws_timestreaminfluxdb_db_instance.this.deployment_type} ${aws_timestreaminfluxdb_db_instance.this.db_storage_type} ${aws_timestreaminfluxdb_db_instance.this.allocated_storage}" == "db.influx.large WITH_MULTIAZ_STANDBY InfluxIOIncludedT2 400"
    error_message = "Type, standby and storage are inputs."
  }

  assert {
    condition     = aws_timestreaminfluxdb_db_instance.this.port == 9999 && aws_timestreaminfluxdb_db_instance.this.username == "operator" && aws_timestreaminfluxdb_db_instance.this.db_parameter_group_identifier == "a1b2c3d4e5"
    error_message = "Port, user and parameter group are inputs."
  }

  assert {
    condition     = aws_timestreaminfluxdb_db_instance.this.log_delivery_configuration[0].s3_configuration[0].bucket_name == "logs" && aws_security_group.influxdb.tags["service"] == "energy"
    error_message = "The bucket of the logs and tags are inputs."
  }
}

run "a_standby_in_one_subnet_is_refused" {
  command = plan

  variables {
    multi_az   = true
    subnet_ids = ["subnet-0a"]
  }

  expect_failures = [var.subnet_ids]
}

run "fast_storage_that_is_too_small_is_refused" {
  command = plan

  variables {
    storage_type = "InfluxIOIncludedT3"
  }

  expect_failures = [var.storage_type]
}

run "invalid_inputs_are_refused_by_name" {
  command = plan

  variables {
    name                  = "1"
    vpc_id                = "default"
    subnet_ids            = []
    instance_type         = "db.t3.small"
    storage_type          = "gp3"
    allocated_storage_gib = 10
    port                  = 80
    organization          = " "
    bucket                = "_energy"
    username              = "admin-"
    password              = "short"
    parameter_group_id    = "grid-parameters"
  }

  expect_failures = [
    var.name, var.vpc_id, var.subnet_ids, var.instance_type, var.allocated_storage_gib, var.port, var.organization, var.bucket, var.username,
    var.password, var.parameter_group_id,
  ]
}
