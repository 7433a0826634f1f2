variable "region" {
  description = "Region of everything; one where Timestream for LiveAnalytics is offered."
  type        = string
  default     = "eu-west-1"
}

variable "bucket" {
  description = "Name of the bucket to make for source files, rejected rows and backfill results."
  type        = string
}

variable "package_path" {
  description = "The functions' zip, as deploy/package.sh makes it."
  type        = string
  default     = "../../../artifacts/lambda/loader-linux-x64.zip"
}

variable "trigger" {
  description = "What starts a load: eventbridge, state_machine, sqs or none."
  type        = string
  default     = "eventbridge"

  validation {
    condition     = var.trigger != "s3"
    error_message = "This example configures the bucket's notifications itself; trigger s3 would replace them."
  }
}

variable "alarm_emails" {
  description = "Addresses that are told of alarms."
  type        = list(string)
  default     = []
}

variable "keep_rejected_rows_days" {
  description = "How long rejected rows are kept."
  type        = number
  default     = 365
}
