variable "region" {
  description = "Region of all resources. Timestream for LiveAnalytics must be available there."
  type        = string
  default     = "eu-west-1"
}

variable "bucket" {
  description = "Existing bucket with the source files, which also gets rejected rows and backfill results."
  type        = string
}

variable "prefix" {
  description = "Prefix of the source files."
  type        = string
  default     = "processed/"
}

variable "database_name" {
  description = "Existing Timestream database."
  type        = string
}

variable "table_names" {
  description = "Existing tables. They must accept records older than their memory store."
  type = object({
    generation   = string
    consumption  = string
    transmission = string
  })
}

variable "package_s3" {
  description = "Zip of the functions for arm64 in a bucket of the same region."
  type = object({
    bucket        = string
    key           = string
    version       = optional(string)
    sha256_base64 = optional(string)
  })
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of the account for roles. Null sets none."
  type        = string
  default     = null
}

variable "kms_key_arn" {
  description = "Key for queues, topic and logs. Its policy needs the statements of the output kms_key_policy_statements."
  type        = string
  default     = null
}

variable "source_kms_key_arns" {
  description = "Keys of the source objects."
  type        = list(string)
  default     = []
}

variable "alarm_topic_arn" {
  description = "Existing topic that alarms notify. Its policy must let cloudwatch.amazonaws.com publish. Null creates one."
  type        = string
  default     = null
}
