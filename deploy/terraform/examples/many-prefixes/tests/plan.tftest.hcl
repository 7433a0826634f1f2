# The example, planned against a mock whose ARNs and ids are known before an apply.
mock_provider "aws" {
  override_during = plan
  source          = "../../tests/mocks"
}

variables {
  package_path  = "main.tf" # any file: a plan does not use its content
  bucket        = "lake"
  output_bucket = "results"
}

run "every_prefix_is_read_and_nothing_is_written_to_the_source" {
  command = plan

  assert {
    condition = alltrue([for policy in module.loader.policies.functions : one([for statement in policy.Statement : statement.Resource if statement.Sid == "ReadSource"]) == [
      "arn:aws:s3:::lake/processed/*", "arn:aws:s3:::lake/plants/north/*", "arn:aws:s3:::lake/plants/south/*", "arn:aws:s3:::lake/grid/hourly/*",
    ]])
    error_message = "Objects below each prefix may be read."
  }

  assert {
    condition     = alltrue([for policy in module.loader.policies.functions : one([for statement in policy.Statement : statement.Resource if statement.Sid == "KeepRejectedRows"]) == ["arn:aws:s3:::results/rejected/*"]])
    error_message = "Rejected rows go to the other bucket."
  }

  assert {
    condition     = output.rejected_rows_location == "s3://results/rejected/" && length(output.upload_to) == 4
    error_message = "The outputs have the locations."
  }
}
