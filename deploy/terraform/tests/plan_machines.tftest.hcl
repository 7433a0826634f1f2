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

run "the_backfill_starts_a_child_per_batch" {
  command = plan

  variables {
    source_prefix   = "clean/"
    timeout_seconds = 700
    state_machines = {
      backfill_max_concurrency              = 3
      backfill_tolerated_failure_percentage = 25
      backfill_items_per_batch              = 40
      backfill_bytes_per_call               = 1000000
      retry_interval_seconds                = 9
      retry_attempts                        = 4
    }
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
    error_message = "Each batch is a separate STANDARD execution, which can be redriven."
  }

  assert {
    condition = jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].ItemBatcher == {
      MaxItemsPerBatch      = 40
      MaxInputBytesPerBatch = 65536
      BatchInput = {
        bucket                 = "lake"
        listed                 = true
        bytes_per_call         = 1000000
        retry_attempts         = 4
        retry_interval_seconds = 9
      }
    }
    error_message = "The objects of a batch, the bytes of a call and the retries of an object are inputs."
  }

  assert {
    condition = alltrue([
      for name in ["Load", "Load one", "Set one aside", "Load failed"] : (
        jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].ItemProcessor.States[name].Parameters.FunctionName == "arn:aws:lambda:eu-west-1:123456789012:function:energy-loader-step-functions"
        && jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].ItemProcessor.States[name].TimeoutSeconds == 760
        && jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].ItemProcessor.States[name].Retry[1].IntervalSeconds == 9
        && length(jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].ItemProcessor.States[name].Retry) == 2
      )
    ])
    error_message = "Each task of a child calls the function for Step Functions, with the retries of failures of Lambda itself."
  }

  assert {
    condition = (
      jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].ItemProcessor.States["Load failed"].Parameters.Payload.final
      && !can(jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].ItemProcessor.States["Load failed"].Catch)
    )
    error_message = "A child with failures ends in a task, so that a redrive repeats it."
  }
}

run "the_default_batch" {
  command = plan

  assert {
    condition = (
      jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].ItemBatcher.MaxItemsPerBatch == 100
      && jsondecode(aws_sfn_state_machine.backfill.definition).States["Load objects"].ItemBatcher.BatchInput.bytes_per_call == 268435456
    )
    error_message = "A batch has 100 objects, and a call begins 256 MiB."
  }
}

run "a_batch_of_more_objects_than_the_function_accepts" {
  command = plan

  variables {
    state_machines = { backfill_items_per_batch = 1001 }
  }

  expect_failures = [var.state_machines]
}

run "a_batch_of_no_object" {
  command = plan

  variables {
    state_machines = { backfill_items_per_batch = 0 }
  }

  expect_failures = [var.state_machines]
}

run "a_call_of_no_bytes" {
  command = plan

  variables {
    state_machines = { backfill_bytes_per_call = 0.5 }
  }

  expect_failures = [var.state_machines]
}
