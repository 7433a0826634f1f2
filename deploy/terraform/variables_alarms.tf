variable "alarm_topic_arn" {
  description = "Existing SNS topic that alarms go to. Null makes one."
  type        = string
  default     = null
}

variable "alarm_emails" {
  description = "Addresses subscribed to the topic that the module makes; each must confirm once."
  type        = list(string)
  default     = []

  validation {
    condition     = length(var.alarm_emails) == 0 || var.alarm_topic_arn == null
    error_message = "alarm_emails belong to the topic that the module makes: leave alarm_topic_arn null, or subscribe them to that topic yourself."
  }
}

variable "alarm_period_seconds" {
  description = "Period over which the alarms look, a multiple of 60 up to 3600."
  type        = number
  default     = 300

  validation {
    condition     = var.alarm_period_seconds >= 60 && var.alarm_period_seconds <= 3600 && var.alarm_period_seconds % 60 == 0
    error_message = "alarm_period_seconds must be a multiple of 60 from 60 to 3600."
  }
}

variable "alarm_thresholds" {
  description = "Each alarm sounds when its figure is greater than this within one period: failed loads, percent of a dataset's rows invalid or rejected, throttled requests to Timestream, seconds of the longest call, failed and throttled calls of a function, messages in a dead-letter queue, failed executions of a machine."
  type = object({
    processing_errors    = optional(number, 0)
    refused_percent      = optional(number, 1)
    throttled_requests   = optional(number, 100)
    duration_seconds     = optional(number, 600)
    function_errors      = optional(number, 0)
    function_throttles   = optional(number, 0)
    dead_letter_messages = optional(number, 0)
    failed_executions    = optional(number, 0)
  })
  default = {}

  validation {
    condition     = alltrue([for threshold in values(var.alarm_thresholds) : threshold >= 0])
    error_message = "alarm_thresholds must not be negative."
  }

  validation {
    condition     = var.alarm_thresholds.duration_seconds < var.timeout_seconds
    error_message = "alarm_thresholds.duration_seconds must be less than timeout_seconds, or that alarm can never sound."
  }
}

variable "quiet_hours_alarm" {
  description = "Alarm when nothing at all was loaded for so many hours, 1 to 24. Null leaves it out; set it where files are known to arrive."
  type        = number
  default     = null

  validation {
    condition     = var.quiet_hours_alarm == null ? true : var.quiet_hours_alarm >= 1 && var.quiet_hours_alarm <= 24 && floor(var.quiet_hours_alarm) == var.quiet_hours_alarm
    error_message = "quiet_hours_alarm must be a whole number from 1 to 24."
  }
}
