# The example, planned against a mock whose ARNs and ids are known before an apply.
mock_provider "aws" {
  override_during = plan
  source          = "../../tests/mocks"
}

variables {
  package_path = "main.tf" # any file: a plan does not use its content
  bucket       = "existing-lake"
}

run "events_wait_in_a_queue" {
  command = plan

  assert {
    condition     = output.events_queue_urls.events != null && output.events_queue_urls.dead_letters != null
    error_message = "There is a queue, and one for messages that failed again and again."
  }

  assert {
    condition     = contains(module.loader.alarm_names, "energy-loader-queue-age") && contains(module.loader.alarm_names, "energy-loader-dead-letters-events")
    error_message = "Alarms watch both queues."
  }
}
