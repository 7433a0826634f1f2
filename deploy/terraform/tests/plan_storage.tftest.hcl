# Tables, source prefixes and the prefix of rejected rows. The tests plan against a mock whose ARNs are known before an apply.
mock_provider "aws" {
  override_during = plan
  source          = "./tests/mocks"
}

variables {
  source_bucket = "lake"
  package_path  = "versions.tf" # any file: a plan does not use its content
}

run "new_tables_accept_old_records_and_have_a_rejected_data_location" {
  command = plan

  assert {
    condition     = aws_timestreamwrite_database.this[0].database_name == "energy" && toset(keys(aws_timestreamwrite_table.this)) == toset(["generation", "consumption", "transmission"])
    error_message = "By default the module creates the database and three tables."
  }

  assert {
    condition = alltrue([for table in aws_timestreamwrite_table.this : (
      table.database_name == "energy"
      && table.retention_properties[0].memory_store_retention_period_in_hours == 24 && table.retention_properties[0].magnetic_store_retention_period_in_days == 3650
      && table.magnetic_store_write_properties[0].enable_magnetic_store_writes
    )])
    error_message = "Retention is the documented one, and records older than the memory store are accepted."
  }

  assert {
    condition = alltrue([for dataset, table in aws_timestreamwrite_table.this : alltrue([for location in table.magnetic_store_write_properties[0].magnetic_store_rejected_data_location : (
      location.s3_configuration[0].bucket_name == "lake" && location.s3_configuration[0].object_key_prefix == "rejected/timestream/${dataset}"
      && location.s3_configuration[0].encryption_option == "SSE_S3"
    )]) && length(table.magnetic_store_write_properties[0].magnetic_store_rejected_data_location) == 1])
    error_message = "Late rejections are reported below the rejected-rows prefix."
  }
}

run "a_table_has_the_partition_key_that_is_asked_for" {
  command = plan

  variables {
    partition_keys = { generation = "energy_source", consumption = "region" }
  }

  assert {
    condition = { for dataset, table in aws_timestreamwrite_table.this : dataset => [for schema in table.schema : [for key in schema.composite_partition_key : "${key.type} ${key.name} ${key.enforcement_in_record}"]] if dataset != "transmission" } == {
      generation = [["DIMENSION energy_source OPTIONAL"]], consumption = [["DIMENSION region OPTIONAL"]]
    }
    error_message = "A partition key is a dimension; records without it are not refused."
  }
}

run "a_partition_key_that_no_record_has_is_refused" {
  command = plan

  variables {
    partition_keys = { generation = "line_id" }
  }

  expect_failures = [var.partition_keys]
}

run "existing_tables_get_no_partition_key" {
  command = plan

  variables {
    create_database = false
    create_tables   = false
    partition_keys  = { generation = "region" }
  }

  expect_failures = [var.partition_keys]
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
    error_message = "The module creates nothing that exists."
  }

  assert {
    condition = { for name, value in aws_lambda_function.this["s3_event"].environment[0].variables : name => value if endswith(name, "_NAME") } == {
      TIMESTREAM_DATABASE_NAME = "existing", GENERATION_TABLE_NAME = "gen", CONSUMPTION_TABLE_NAME = "con", TRANSMISSION_TABLE_NAME = "tra"
    }
    error_message = "The functions get the names of the existing tables."
  }

  assert {
    condition     = output.table_arns.generation == "arn:aws:timestream:eu-west-1:123456789012:database/existing/table/gen"
    error_message = "Permissions and outputs use the configured names."
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
    error_message = "Tables can be created in an existing database."
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

run "a_whole_source_bucket_needs_another_output_bucket" {
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

run "results_below_rejected_rows_are_refused" {
  command = plan

  variables {
    backfill_results_prefix = "rejected/results/"
  }

  expect_failures = [var.backfill_results_prefix]
}

run "prefixes_in_another_bucket_may_overlap" {
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
    error_message = "An empty prefix means the whole bucket."
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

run "rejected_rows_need_a_prefix" {
  command = plan

  variables {
    rejected_rows_prefix = "/rejected"
  }

  expect_failures = [var.rejected_rows_prefix]
}
