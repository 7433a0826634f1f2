variable "name" {
  description = "Name of the instance. A change replaces the instance and deletes its data."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z][a-zA-Z0-9-]{2,39}$", var.name))
    error_message = "name must have 3 to 40 letters, digits and hyphens, and must start with a letter."
  }
}

variable "vpc_id" {
  description = "VPC of the instance."
  type        = string

  validation {
    condition     = can(regex("^vpc-[0-9a-f]+$", var.vpc_id))
    error_message = "vpc_id must be the id of a VPC, such as vpc-0123456789abcdef0."
  }
}

variable "subnet_ids" {
  description = "Private subnets of this VPC, in at least two availability zones with multi_az. A change replaces the instance and deletes its data."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) > 0 && alltrue([for id in var.subnet_ids : can(regex("^subnet-[0-9a-f]+$", id))])
    error_message = "subnet_ids must be ids of subnets, such as subnet-0123456789abcdef0, and at least one."
  }

  validation {
    condition     = length(var.subnet_ids) >= 2 || !var.multi_az
    error_message = "multi_az needs subnets in two availability zones."
  }
}

variable "instance_type" {
  description = "Type of the instance, db.influx.medium to db.influx.24xlarge."
  type        = string
  default     = "db.influx.medium"

  validation {
    condition     = can(regex("^db[.]influx[.][0-9a-z]+$", var.instance_type))
    error_message = "instance_type must be a type of Timestream for InfluxDB, such as db.influx.large."
  }
}

variable "storage_type" {
  description = "Class of storage: InfluxIOIncludedT1 (3,000 IOPS), InfluxIOIncludedT2 (12,000 IOPS) or InfluxIOIncludedT3 (16,000 IOPS)."
  type        = string
  default     = "InfluxIOIncludedT1"

  validation {
    condition     = contains(["InfluxIOIncludedT1", "InfluxIOIncludedT2", "InfluxIOIncludedT3"], var.storage_type)
    error_message = "storage_type must be InfluxIOIncludedT1, InfluxIOIncludedT2 or InfluxIOIncludedT3."
  }

  validation {
    condition     = var.storage_type == "InfluxIOIncludedT1" || var.allocated_storage_gib >= 400
    error_message = "storage_type InfluxIOIncludedT2 and InfluxIOIncludedT3 need allocated_storage_gib of at least 400."
  }
}

variable "allocated_storage_gib" {
  description = "Storage in GiB, 20 to 16384. It can be increased, but not decreased. loader validate --sink influxdb estimates what files take."
  type        = number

  validation {
    condition     = var.allocated_storage_gib >= 20 && var.allocated_storage_gib <= 16384 && floor(var.allocated_storage_gib) == var.allocated_storage_gib
    error_message = "allocated_storage_gib must be a whole number from 20 to 16384."
  }
}

variable "multi_az" {
  description = "Whether a standby in another availability zone takes over if the instance fails."
  type        = bool
  default     = false
}

variable "port" {
  description = "Port of InfluxDB, 1024 to 65535."
  type        = number
  default     = 8086

  validation {
    condition     = var.port >= 1024 && var.port <= 65535 && floor(var.port) == var.port
    error_message = "port must be a whole number from 1024 to 65535."
  }
}

variable "organization" {
  description = "Organization that is created with the instance."
  type        = string

  validation {
    condition     = trimspace(var.organization) != "" && length(var.organization) <= 64
    error_message = "organization must not be blank and must have at most 64 characters."
  }
}

variable "bucket" {
  description = "Bucket of InfluxDB that is created with the instance."
  type        = string

  validation {
    condition     = can(regex("^[^_\"][^\"]{1,63}$", var.bucket))
    error_message = "bucket must have 2 to 64 characters without quotation marks, and must not start with an underscore."
  }
}

variable "username" {
  description = "First user of InfluxDB, who may do everything."
  type        = string
  default     = "admin"

  validation {
    condition     = can(regex("^[a-zA-Z]([a-zA-Z0-9]|-[a-zA-Z0-9])*$", var.username))
    error_message = "username must start with a letter, may contain letters, digits and single hyphens, and must not end with a hyphen."
  }
}

variable "password" {
  description = "Password of the first user, 8 to 64 letters and digits. The provider stores it in the state: protect the state, or change the password in InfluxDB after the apply. AWS also puts it into a secret (output auth_secret_arn)."
  type        = string
  sensitive   = true

  validation {
    condition     = can(regex("^[a-zA-Z0-9]{8,64}$", var.password))
    error_message = "password must have 8 to 64 letters and digits."
  }
}

variable "parameter_group_id" {
  description = "Parameter group of the instance. Null uses the default of Timestream for InfluxDB."
  type        = string
  default     = null

  validation {
    condition     = var.parameter_group_id == null ? true : can(regex("^[a-zA-Z0-9]+$", var.parameter_group_id))
    error_message = "parameter_group_id must be the id of a parameter group, which has only letters and digits."
  }
}

variable "log_bucket" {
  description = "Bucket to which the service delivers the logs of InfluxDB. Its policy must let timestream-influxdb.amazonaws.com put objects. Null delivers none."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}
