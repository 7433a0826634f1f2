# The state machines as the module renders them. The tests plan against a mock whose ARNs are known before an apply.
mock_provider "aws" {
  override_during = plan
  source          = "./tests/mocks"
}

variables {
  source_bucket = "lake"
  package_path  = "versions.tf" # any file: a plan does not use its content
}

run "the_load_machine_calls_its_function" {
  command = plan

  variables {
    timeout_seconds = 700
    state_machines  = { retry_interval_seconds = 9, retry_attempts = 4, resume_pause_seconds = 2 }
  }

  assert {
    condition = (
      jsondecode(aws_sfn_state_machine.load.definition).States.Load.Resource == "arn:aws:states:::lambda:invoke"
      && jsondecode(aws_sfn_state_machine.load.definition).States.Load.Parameters.FunctionName == "arn:aws:lambda:eu-west-1:123456789012:function:energy-loader-step-functions"
      && jsondecode(aws_sfn_state_machine.load.definition).States.Load.TimeoutSeconds == 760
    )
    error_message = "The task calls the function for Step Functions, and its timeout is longer than that of the function."
  }

  assert {
    condition = (
      jsondecode(aws_sfn_state_machine.load.definition).States.Load.Retry[0].IntervalSeconds == 9
      && jsondecode(aws_sfn_state_machine.load.definition).States.Load.Retry[0].MaxAttempts == 4
      && jsondecode(aws_sfn_state_machine.load.definition).States.Pause.Seconds == 2
    )
    error_message = "Retries and the delay before a load is resumed are inputs."
  }

  assert {
    condition     = aws_sfn_state_machine.load.role_arn == aws_iam_role.state_machine["load"].arn && aws_sfn_state_machine.load.type != "EXPRESS"
    error_message = "The machine is of type STANDARD: a load can take longer than the five minutes of an EXPRESS execution."
  }
}

run "the_backfill_starts_a_load_per_object" {
  command = plan

  variables {
    source_prefix  = "clean/"
    state_machines = { backfill_max_concurrency = 3, backfill_tolerated_failure_percentage = 25 }
  }

  assert {
    condition = (
      jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].MaxConcurrency == 3
      && jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].ToleratedFailurePercentage == 25
      && strcontains(aws_sfn_state_machine.backfill.definition, "\"ToleratedFailurePercentage\": 25.0,")
    )
    error_message = "Concurrency and tolerated failures are inputs."
  }

  assert {
    condition = (
      jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].ItemReader.Resource == "arn:aws:states:::s3:listObjectsV2"
      && jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].ItemReader.Parameters.Bucket == "lake"
      && jsondecode(aws_sfn_state_machine.backfill.definition).States["Whole prefix"].Parameters.defaults.prefix == "clean/"
    )
    error_message = "The backfill lists the source bucket; the default is the whole prefix."
  }

  assert {
    condition     = jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].ResultWriter.Parameters == { Bucket = "lake", Prefix = "backfill-results" }
    error_message = "Results are written to the output bucket."
  }

  assert {
    condition     = jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].ItemProcessor.ProcessorConfig == { Mode = "DISTRIBUTED", ExecutionType = "STANDARD" }
    error_message = "Each object is a separate STANDARD execution."
  }

  assert {
    condition     = jsonencode(jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].ItemProcessor.States) == jsonencode(jsondecode(aws_sfn_state_machine.load.definition).States) && jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].ItemProcessor.StartAt == jsondecode(aws_sfn_state_machine.load.definition).StartAt
    error_message = "Each child execution has the states of the load machine."
  }
}
