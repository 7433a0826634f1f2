variable "name" {
  description = "Prefix of every name that the module gives: functions, roles, queues, machines, alarms, dashboard."
  type        = string
  default     = "energy-loader"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,31}$", var.name))
    error_message = "name must be 2 to 32 lower-case letters, digits and hyphens, and start with a letter."
  }
}

variable "tags" {
  description = "Tags on everything that takes tags."
  type        = map(string)
  default     = {}
}

variable "kms_key_arn" {
  description = "Customer key for what the module makes: queues, topic, log groups, database. Null uses the services' own keys. The key's policy must let CloudWatch Logs, CloudWatch alarms and EventBridge use it: see the output kms_key_policy_statements."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (not of an alias)."
  }
}
