variable "name" {
  description = "Prefix of the names of all resources: functions, roles, queues, state machines, alarms, dashboard."
  type        = string
  default     = "energy-loader"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,31}$", var.name))
    error_message = "name must have 2 to 32 lower-case letters, digits and hyphens, and must start with a letter."
  }
}

variable "tags" {
  description = "Tags of every resource that supports tags."
  type        = map(string)
  default     = {}
}

variable "kms_key_arn" {
  description = "Customer managed KMS key for what the module creates: queues, topic, log groups, Timestream database. Null uses the keys of the services. The policy of the key must let CloudWatch Logs, CloudWatch alarms and EventBridge use it: see the output kms_key_policy_statements."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key, not of an alias."
  }
}
