variable "trigger" {
  description = <<-EOT
    What starts a load when an object arrives:
    eventbridge    an EventBridge rule calls the function (the bucket must send its events to EventBridge);
    state_machine  a rule starts the state machine that loads one object and resumes, for files that may need several calls;
    sqs            a rule sends events to a queue that the function reads, with a dead-letter queue;
    s3             a notification of the bucket calls the function; it REPLACES every existing notification of the bucket;
    none           nothing: loads are started by hand or by the backfill.
  EOT
  type        = string
  default     = "eventbridge"

  validation {
    condition     = contains(["eventbridge", "state_machine", "sqs", "s3", "none"], var.trigger)
    error_message = "trigger must be eventbridge, state_machine, sqs, s3 or none."
  }

  validation {
    condition     = var.trigger != "s3" || var.replace_bucket_notifications
    error_message = "trigger s3 replaces every existing notification of the bucket, including the one to EventBridge. Set replace_bucket_notifications = true to allow this."
  }
}

variable "replace_bucket_notifications" {
  description = "Whether the trigger s3 may replace the existing notifications of the source bucket."
  type        = bool
  default     = false
}

variable "async_retry_attempts" {
  description = "Retries of a failed asynchronous call, 0 to 2. After the last one, Lambda sends the event to the failures queue."
  type        = number
  default     = 2

  validation {
    condition     = contains([0, 1, 2], var.async_retry_attempts)
    error_message = "async_retry_attempts must be 0, 1 or 2."
  }
}

variable "queue" {
  description = "Settings of the trigger sqs: messages per call (batch_size, 1 to 10), concurrent calls (max_concurrency, 2 to 1000), and receives before a message goes to the dead-letter queue (max_receives, 1 to 1000). The messages of a batch share the timeout of one call, so use more than one message per call only for small files."
  type = object({
    batch_size      = optional(number, 1)
    max_concurrency = optional(number, 10)
    max_receives    = optional(number, 5)
  })
  default = {}

  validation {
    condition     = var.queue.batch_size >= 1 && var.queue.batch_size <= 10
    error_message = "queue.batch_size must be from 1 to 10."
  }

  validation {
    condition     = var.queue.max_concurrency >= 2 && var.queue.max_concurrency <= 1000
    error_message = "queue.max_concurrency must be from 2 to 1000."
  }

  validation {
    condition     = var.queue.max_receives >= 1 && var.queue.max_receives <= 1000
    error_message = "queue.max_receives must be from 1 to 1000."
  }
}

variable "state_machines" {
  description = "Settings of the state machines: what they log (log_level: OFF, ERROR, FATAL or ALL; inputs and outputs are never logged), retries of transient failures (first interval in seconds, doubled each time up to 15 minutes, with full jitter; number of retries), delay before a load is resumed in seconds, and for the backfill the number of batches that are loaded concurrently, the number of objects of a batch, the size of the objects that one call begins in bytes (the first one is begun whatever its size), and the percentage of objects in failed batches above which it stops: all objects of a batch count as failed if one of them does."
  type = object({
    log_level                             = optional(string, "OFF")
    retry_interval_seconds                = optional(number, 30)
    retry_attempts                        = optional(number, 6)
    resume_pause_seconds                  = optional(number, 5)
    backfill_max_concurrency              = optional(number, 10)
    backfill_items_per_batch              = optional(number, 100)
    backfill_bytes_per_call               = optional(number, 268435456)
    backfill_tolerated_failure_percentage = optional(number, 10)
  })
  default = {}

  validation {
    condition     = contains(["OFF", "ERROR", "FATAL", "ALL"], var.state_machines.log_level)
    error_message = "state_machines.log_level must be OFF, ERROR, FATAL or ALL."
  }

  validation {
    condition     = var.state_machines.retry_interval_seconds >= 1 && var.state_machines.retry_interval_seconds <= 900
    error_message = "state_machines.retry_interval_seconds must be from 1 to 900."
  }

  validation {
    condition     = var.state_machines.retry_attempts >= 0 && var.state_machines.retry_attempts <= 100
    error_message = "state_machines.retry_attempts must be from 0 to 100."
  }

  validation {
    condition     = var.state_machines.resume_pause_seconds >= 0 && var.state_machines.resume_pause_seconds <= 3600
    error_message = "state_machines.resume_pause_seconds must be from 0 to 3600."
  }

  validation {
    condition     = var.state_machines.backfill_max_concurrency >= 1 && var.state_machines.backfill_max_concurrency <= 1000
    error_message = "state_machines.backfill_max_concurrency must be from 1 to 1000: 0 would allow up to 10,000 concurrent calls."
  }

  validation {
    condition     = var.state_machines.backfill_items_per_batch >= 1 && var.state_machines.backfill_items_per_batch <= 1000
    error_message = "state_machines.backfill_items_per_batch must be from 1 to 1000: the function refuses more."
  }

  validation {
    condition     = var.state_machines.backfill_bytes_per_call >= 1 && floor(var.state_machines.backfill_bytes_per_call) == var.state_machines.backfill_bytes_per_call
    error_message = "state_machines.backfill_bytes_per_call must be a whole number of 1 or more."
  }

  validation {
    condition     = var.state_machines.backfill_tolerated_failure_percentage >= 0 && var.state_machines.backfill_tolerated_failure_percentage <= 100
    error_message = "state_machines.backfill_tolerated_failure_percentage must be from 0 to 100."
  }
}
