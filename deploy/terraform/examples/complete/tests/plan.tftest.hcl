# The example, planned against a mock whose ARNs and ids are known before an apply.
mock_provider "aws" {
  override_during = plan
  source          = "../../tests/mocks"
}

variables {
  package_path = "main.tf" # any file: a plan does not use its content
  bucket       = "lake"
}

run "the_bucket_sends_its_events_to_eventbridge" {
  command = plan

  assert {
    condition     = aws_s3_bucket_notification.lake.eventbridge && aws_s3_bucket_public_access_block.lake.block_public_policy
    error_message = "The new bucket sends events, and nobody else can read it."
  }

  assert {
    condition     = output.dashboard_name == "energy-loader"
    error_message = "The outputs have the dashboard."
  }

  assert {
    condition     = length(module.loader.alarm_names) == 20
    error_message = "The alarms are created."
  }
}

run "a_notification_that_replaces_others_is_refused" {
  command = plan

  variables {
    trigger = "s3"
  }

  expect_failures = [var.trigger]
}
