variable "trigger" {
  description = <<-EOT
    What starts a load when an object arrives:
    eventbridge    a rule calls the function (the bucket must send its events to EventBridge);
    state_machine  a rule starts the machine that loads one object and resumes, for files that one call may not finish;
    sqs            a rule fills a queue that the function works off, with a dead-letter queue;
    s3             the bucket's own notification calls the function; it REPLACES every notification that the bucket has;
    none           nothing does: loads are started by hand or by the backfill.
  EOT
  type        = string
  default     = "eventbridge"

  validation {
    condition     = contains(["eventbridge", "state_machine", "sqs", "s3", "none"], var.trigger)
    error_message = "trigger must be eventbridge, state_machine, sqs, s3 or none."
  }

  validation {
    condition     = var.trigger != "s3" || var.replace_bucket_notifications
    error_message = "trigger s3 replaces every notification that the bucket has, EventBridge's included. Set replace_bucket_notifications = true if that is meant."
  }
}

variable "replace_bucket_notifications" {
  description = "Says that the trigger s3 may replace the notifications that the source bucket has."
  type        = bool
  default     = false
}

variable "async_retry_attempts" {
  description = "How often Lambda tries an asynchronous call again before it goes to the failures queue, 0 to 2."
  type        = number
  default     = 2

  validation {
    condition     = contains([0, 1, 2], var.async_retry_attempts)
    error_message = "async_retry_attempts must be 0, 1 or 2."
  }
}

variable "queue" {
  description = "The trigger sqs: messages a call (batch_size), calls at once (max_concurrency, 2 to 1000), tries before a message goes to the dead-letter queue (max_receives). A batch shares one call's time, so more than one message a call only suits small files."
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
  description = "Retries of transient failures (first interval in seconds, doubled each time up to 15 minutes, with full jitter; attempts), the pause before a load is resumed, and the backfill: objects loaded at once, and the share of failed objects in percent beyond which it gives up."
  type = object({
    retry_interval_seconds                = optional(number, 30)
    retry_attempts                        = optional(number, 6)
    resume_pause_seconds                  = optional(number, 5)
    backfill_max_concurrency              = optional(number, 10)
    backfill_tolerated_failure_percentage = optional(number, 10)
  })
  default = {}

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
    error_message = "state_machines.backfill_max_concurrency must be from 1 to 1000: 0 would mean up to 10,000 calls at once."
  }

  validation {
    condition     = var.state_machines.backfill_tolerated_failure_percentage >= 0 && var.state_machines.backfill_tolerated_failure_percentage <= 100
    error_message = "state_machines.backfill_tolerated_failure_percentage must be from 0 to 100."
  }
}
