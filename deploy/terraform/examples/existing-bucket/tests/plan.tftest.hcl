# The example, planned against a mock whose ARNs and ids are known before an apply.
mock_provider "aws" {
  override_during = plan
  source          = "../../tests/mocks"
}

variables {
  bucket        = "existing-lake"
  database_name = "existing"
  table_names   = { generation = "gen", consumption = "con", transmission = "tra" }
  package_s3    = { bucket = "packages", key = "loader.zip" }
  kms_key_arn   = "arn:aws:kms:eu-west-1:123456789012:key/mine"

  permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
}

run "existing_tables_are_written_with_the_boundary_of_the_account" {
  command = plan

  assert {
    condition = module.loader.table_arns == {
      generation   = "arn:aws:timestream:eu-west-1:123456789012:database/existing/table/gen", consumption = "arn:aws:timestream:eu-west-1:123456789012:database/existing/table/con",
      transmission = "arn:aws:timestream:eu-west-1:123456789012:database/existing/table/tra",
    }
    error_message = "The existing tables are used."
  }

  assert {
    condition     = length(output.kms_key_policy_statements) == 2
    error_message = "The output tells what the policy of the key needs."
  }

  assert {
    condition     = contains(output.alarm_names, "energy-loader-quiet") && length(module.loader.log_group_names) == 4
    error_message = "An alarm goes off if nothing is loaded, and the state machines log."
  }
}
