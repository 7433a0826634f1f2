variable "region" {
  description = "Region of all resources. Timestream for LiveAnalytics must be available there."
  type        = string
  default     = "eu-west-1"
}

variable "bucket" {
  description = "Name of the bucket to create for source files, rejected rows and backfill results."
  type        = string
}

variable "package_path" {
  description = "Path of the zip of the functions that deploy/package.sh builds."
  type        = string
  default     = "../../../../artifacts/lambda/loader-linux-x64.zip"
}

variable "trigger" {
  description = "What starts a load: eventbridge, state_machine, sqs or none."
  type        = string
  default     = "eventbridge"

  validation {
    condition     = var.trigger != "s3"
    error_message = "This example configures the notifications of the bucket itself; trigger s3 would replace them."
  }
}

variable "alarm_emails" {
  description = "Email addresses that receive alarms."
  type        = list(string)
  default     = []
}

variable "keep_rejected_rows_days" {
  description = "Retention of rejected rows in days."
  type        = number
  default     = 365
}
