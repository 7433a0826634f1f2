variable "create_alarms" {
  description = "Whether to create the alarms, and the topic that they notify if alarm_topic_arn is null. Without alarms, nobody is notified of failed loads and of rows that were not stored."
  type        = bool
  default     = true
}

variable "create_dashboard" {
  description = "Whether to create the dashboard."
  type        = bool
  default     = true
}

variable "create_log_queries" {
  description = "Whether to save queries for CloudWatch Logs Insights, in a folder with the name of the deployment."
  type        = bool
  default     = true
}

variable "alarm_topic_arn" {
  description = "Existing SNS topic that alarms notify. Null creates one."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_topic_arn == null ? true : can(regex("^arn:[^:]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", var.alarm_topic_arn))
    error_message = "alarm_topic_arn must be the ARN of a topic that is not FIFO: CloudWatch alarms cannot notify FIFO topics here."
  }
}

variable "alarm_emails" {
  description = "Email addresses that are subscribed to the topic that the module creates. Each address must confirm its subscription once."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.alarm_emails : can(regex("^[^@ ]+@[^@ ]+$", address))])
    error_message = "Each of alarm_emails must be an email address."
  }

  validation {
    condition     = length(var.alarm_emails) == 0 || var.create_alarms
    error_message = "alarm_emails need alarms. Leave create_alarms true, or leave alarm_emails empty."
  }

  validation {
    condition     = length(var.alarm_emails) == 0 || var.alarm_topic_arn == null
    error_message = "alarm_emails need the topic that the module creates. Leave alarm_topic_arn null, or subscribe the addresses to your topic yourself."
  }
}

variable "alarm_period_seconds" {
  description = "Evaluation period of the alarms in seconds, a multiple of 60 from 60 to 3600."
  type        = number
  default     = 300

  validation {
    condition     = var.alarm_period_seconds >= 60 && var.alarm_period_seconds <= 3600 && var.alarm_period_seconds % 60 == 0
    error_message = "alarm_period_seconds must be a multiple of 60 from 60 to 3600."
  }
}

variable "alarm_thresholds" {
  description = "Thresholds of the alarms. An alarm goes off when its value is greater than its threshold within one period: failed loads, invalid and rejected rows of a dataset in percent, throttled requests to the destination, duration of the longest call in seconds, failed and throttled calls of a function, messages in a dead-letter queue, failed executions of a state machine, events that were lost because the failures queue could not take them (lost_events), age in seconds of the oldest message in the queue of the trigger sqs (queue_age_seconds), averages of CPU, memory and disk of influxdb.instance_name in percent, and, only with the sink timestream, records of a table that the magnetic store rejected late (late_rejections) and reports of such records that Timestream could not write (lost_reports)."
  type = object({
    processing_errors    = optional(number, 0)
    refused_percent      = optional(number, 1)
    throttled_requests   = optional(number, 100)
    duration_seconds     = optional(number, 600)
    function_errors      = optional(number, 0)
    function_throttles   = optional(number, 0)
    dead_letter_messages = optional(number, 0)
    failed_executions    = optional(number, 0)
    lost_events          = optional(number, 0)
    queue_age_seconds    = optional(number, 21600)
    influxdb_cpu         = optional(number, 90)
    influxdb_memory      = optional(number, 90)
    influxdb_disk        = optional(number, 75)
    late_rejections      = optional(number, 0)
    lost_reports         = optional(number, 0)
  })
  default = {}

  validation {
    condition     = alltrue([for threshold in values(var.alarm_thresholds) : threshold >= 0])
    error_message = "alarm_thresholds must not be negative."
  }

  validation {
    condition     = var.alarm_thresholds.duration_seconds < var.timeout_seconds
    error_message = "alarm_thresholds.duration_seconds must be less than timeout_seconds. Otherwise the alarm can never go off."
  }
}

variable "quiet_hours_alarm" {
  description = "Number of hours without any load after which an alarm goes off, 1 to 24. Null creates no such alarm. Set it if files arrive regularly."
  type        = number
  default     = null

  validation {
    condition     = var.quiet_hours_alarm == null ? true : var.quiet_hours_alarm >= 1 && var.quiet_hours_alarm <= 24 && floor(var.quiet_hours_alarm) == var.quiet_hours_alarm
    error_message = "quiet_hours_alarm must be a whole number from 1 to 24."
  }

  validation {
    condition     = var.quiet_hours_alarm == null || var.create_alarms
    error_message = "quiet_hours_alarm needs alarms. Leave create_alarms true, or leave quiet_hours_alarm null."
  }
}
