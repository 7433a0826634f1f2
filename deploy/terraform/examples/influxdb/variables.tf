variable "region" {
  description = "Region of all resources."
  type        = string
  default     = "eu-west-1"
}

variable "bucket" {
  description = "Existing bucket with the source files, which also gets rejected rows and backfill results. With the default trigger, it must send its events to EventBridge."
  type        = string
}

variable "influxdb" {
  description = "InfluxDB: endpoint and port as get-db-instance or get-db-cluster returns them, its security group, engine (2 or 3), the existing database (engine 3), or organization and bucket (engine 2), and the name of the instance, for alarms on it."
  type = object({
    endpoint          = string
    port              = number
    security_group_id = string
    engine            = string
    database          = optional(string)
    org               = optional(string)
    bucket            = optional(string)
    instance_name     = optional(string)
  })
}

variable "vpc_id" {
  description = "VPC of InfluxDB."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets of this VPC in which the functions run, in several availability zones."
  type        = list(string)
}

variable "route_table_ids" {
  description = "Route tables of these subnets, which get the route to S3."
  type        = list(string)
}

variable "create_interface_endpoints" {
  description = "Whether to create the endpoints of S3, Secrets Manager and CloudWatch. Set it to false if the VPC has them or a NAT gateway: a VPC can have only one endpoint of a service with private DNS."
  type        = bool
  default     = true
}

variable "secret_kms_key_arn" {
  description = "Customer managed KMS key for the secret. Null uses the key of Secrets Manager."
  type        = string
  default     = null
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
    error_message = "This example does not know the notifications of the bucket; trigger s3 would replace them."
  }
}

variable "alarm_emails" {
  description = "Email addresses that receive alarms."
  type        = list(string)
  default     = []
}
