variable "region" {
  description = "Region of all resources. Timestream for LiveAnalytics must be available there."
  type        = string
  default     = "eu-west-1"
}

variable "bucket" {
  description = "Existing bucket with the source files, which also gets rejected rows and backfill results."
  type        = string
}

variable "max_concurrency" {
  description = "Number of files that are loaded at the same time."
  type        = number
  default     = 10
}

variable "package_path" {
  description = "Path of the zip of the functions that deploy/package.sh builds."
  type        = string
  default     = "../../../../artifacts/lambda/loader-linux-x64.zip"
}

variable "alarm_emails" {
  description = "Email addresses that receive alarms."
  type        = list(string)
  default     = []
}
