variable "region" {
  description = "Region of all resources. Timestream for LiveAnalytics must be available there."
  type        = string
  default     = "eu-west-1"
}

variable "bucket" {
  description = "Existing bucket with the source files. It must send its events to EventBridge."
  type        = string
}

variable "output_bucket" {
  description = "Existing bucket for rejected rows and backfill results."
  type        = string
}

variable "prefixes" {
  description = "Prefixes of the source files. None may contain another one."
  type        = list(string)
  default     = ["processed/", "plants/north/", "plants/south/", "grid/hourly/"]

  validation {
    condition     = length(var.prefixes) >= 1
    error_message = "prefixes must have at least one prefix."
  }
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
