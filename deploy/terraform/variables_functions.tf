variable "package_path" {
  description = "Path of the zip with the executable bootstrap that deploy/package.sh builds for the chosen architecture. Null if package_s3 is set."
  type        = string
  default     = null

  validation {
    condition     = var.package_path == null ? true : fileexists(var.package_path)
    error_message = "package_path is not an existing file. Run deploy/package.sh first; it builds artifacts/lambda/loader-linux-x64.zip."
  }

  validation {
    condition     = (var.package_path == null) != (var.package_s3 == null)
    error_message = "Set either package_path or package_s3: the functions run one package."
  }
}

variable "package_s3" {
  description = "Zip in a bucket of the same region, in place of package_path. sha256_base64 is the hash of the zip (openssl dgst -sha256 -binary FILE | base64): Terraform updates the functions when the hash, the key or the version changes."
  type = object({
    bucket        = string
    key           = string
    version       = optional(string)
    sha256_base64 = optional(string)
  })
  default = null

  validation {
    condition     = var.package_s3 == null ? true : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.package_s3.bucket)) && can(regex("^[^/].*[.]zip$", var.package_s3.key))
    error_message = "package_s3.bucket must be the name of a bucket, and package_s3.key the key of a zip file without a slash at its start."
  }

  validation {
    condition     = try(var.package_s3.sha256_base64, null) == null ? true : can(regex("^[A-Za-z0-9+/]{43}=$", var.package_s3.sha256_base64))
    error_message = "package_s3.sha256_base64 must be the SHA-256 hash in base64, which has 44 characters."
  }
}

variable "architecture" {
  description = "Instruction set of the functions, x86_64 or arm64. The package must be built for it."
  type        = string
  default     = "x86_64"

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "architecture must be x86_64 or arm64."
  }
}

variable "memory_megabytes" {
  description = "Memory of each function in MB, 128 to 10240. 1769 MB give one full vCPU."
  type        = number
  default     = 1769

  validation {
    condition     = var.memory_megabytes >= 128 && var.memory_megabytes <= 10240 && floor(var.memory_megabytes) == var.memory_megabytes
    error_message = "memory_megabytes must be a whole number from 128 to 10240."
  }
}

variable "timeout_seconds" {
  description = "Timeout of one call in seconds, 60 to 900. A load stops cleanly before the timeout."
  type        = number
  default     = 900

  validation {
    condition     = var.timeout_seconds >= 60 && var.timeout_seconds <= 900 && floor(var.timeout_seconds) == var.timeout_seconds
    error_message = "timeout_seconds must be a whole number from 60 to 900."
  }
}

variable "reserved_concurrency" {
  description = "Reserved concurrency of each function, which is also its maximum. Null reserves none, and the function shares the concurrency of the account."
  type = object({
    s3_event       = optional(number)
    step_functions = optional(number)
  })
  default = {}

  validation {
    condition     = alltrue([for calls in values(var.reserved_concurrency) : calls == null ? true : calls >= 1])
    error_message = "reserved_concurrency must be at least 1: 0 would disable the function."
  }
}

variable "settings" {
  description = "Settings of the loader. Each becomes the environment variable with the same name in upper case. Null uses the default of the loader."
  type = object({
    max_batch_size       = optional(number)
    max_retries          = optional(number)
    max_concurrency      = optional(number)
    files_in_flight      = optional(number)
    row_groups_in_flight = optional(number)
    max_invalid_percent  = optional(number)
    source_time_zone     = optional(string)
    int96_time           = optional(string)
    mapping_location     = optional(string)
    metrics_namespace    = optional(string, "ONS/Timestream")
  })
  default = {}

  validation {
    condition     = var.settings.max_batch_size == null ? true : var.settings.max_batch_size >= 1 && var.settings.max_batch_size <= 100
    error_message = "settings.max_batch_size must be from 1 to 100: Timestream accepts at most 100 records in a request."
  }

  validation {
    condition     = var.settings.max_batch_size == null || var.sink == "timestream"
    error_message = "settings.max_batch_size is a setting of the sink timestream. With the sink influxdb, set influxdb.batch_lines."
  }

  validation {
    condition     = var.settings.max_retries == null ? true : var.settings.max_retries >= 0 && var.settings.max_retries <= 100
    error_message = "settings.max_retries must be from 0 to 100."
  }

  validation {
    condition     = var.settings.max_concurrency == null ? true : var.settings.max_concurrency >= 1 && var.settings.max_concurrency <= 256
    error_message = "settings.max_concurrency must be from 1 to 256."
  }

  validation {
    condition     = var.settings.files_in_flight == null ? true : var.settings.files_in_flight >= 1 && var.settings.files_in_flight <= 64
    error_message = "settings.files_in_flight must be from 1 to 64."
  }

  validation {
    condition     = var.settings.row_groups_in_flight == null ? true : var.settings.row_groups_in_flight >= 1 && var.settings.row_groups_in_flight <= 64
    error_message = "settings.row_groups_in_flight must be from 1 to 64."
  }

  validation {
    condition     = var.settings.max_invalid_percent == null ? true : var.settings.max_invalid_percent >= 0 && var.settings.max_invalid_percent <= 100
    error_message = "settings.max_invalid_percent must be from 0 to 100."
  }

  validation {
    condition     = var.settings.source_time_zone == null ? true : can(regex("^([A-Z][A-Za-z0-9_+-]*)(/[A-Z0-9][A-Za-z0-9_+-]*)*$", var.settings.source_time_zone))
    error_message = "settings.source_time_zone must be the name of a zone of the IANA database, such as America/Sao_Paulo or UTC."
  }

  validation {
    condition     = var.settings.int96_time == null ? true : contains(["instant", "local"], var.settings.int96_time)
    error_message = "settings.int96_time must be instant or local."
  }

  validation {
    condition     = var.settings.mapping_location == null ? true : can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[A-Za-z0-9_.=/-]+[.]json$", var.settings.mapping_location))
    error_message = "settings.mapping_location must be s3://bucket/key of a JSON file; the key may contain only letters, digits and _ . = / - because it becomes part of an IAM policy."
  }

  validation {
    condition     = can(regex("^[A-Za-z0-9._/#-]{1,255}$", var.settings.metrics_namespace)) && !startswith(var.settings.metrics_namespace, "AWS/")
    error_message = "settings.metrics_namespace must have 1 to 255 letters, digits and . _ / # -, and must not start with AWS/."
  }
}

variable "environment" {
  description = "Additional environment variables of both functions, for example AWS_ENDPOINT_URL_TIMESTREAM_WRITE. They cannot override variables that the module sets."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.environment) : can(regex("^[A-Za-z][A-Za-z0-9_]+$", name))])
    error_message = "The names in environment must start with a letter and have at least two letters, digits and underscores, as Lambda requires."
  }

  validation {
    condition     = !contains(keys(var.environment), "INFLUXDB_TOKEN")
    error_message = "environment must not contain INFLUXDB_TOKEN: it would be readable in the state of Terraform and in the configuration of the functions. Put the token into a secret, and set influxdb.token_secret_arn."
  }
}

variable "vpc_subnet_ids" {
  description = "Subnets of a VPC in which both functions run, for a destination that is reachable only there. Use subnets in several availability zones. Empty runs the functions outside of a VPC. In a VPC, the functions need endpoints or a NAT gateway for S3, CloudWatch and the service that they write to or read the token from."
  type        = list(string)
  default     = []

  validation {
    condition     = length(var.vpc_subnet_ids) > 0 == (length(var.vpc_security_group_ids) > 0)
    error_message = "vpc_subnet_ids and vpc_security_group_ids need each other: set both, or leave both empty."
  }

  validation {
    condition     = alltrue([for id in var.vpc_subnet_ids : can(regex("^subnet-[0-9a-f]+$", id))])
    error_message = "Each of vpc_subnet_ids must be the id of a subnet, such as subnet-0123456789abcdef0."
  }
}

variable "vpc_security_group_ids" {
  description = "Security groups of both functions in the VPC (vpc_subnet_ids). They must allow connections to the port of the destination, and to port 443 of S3 and the endpoints."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.vpc_security_group_ids : can(regex("^sg-[0-9a-f]+$", id))])
    error_message = "Each of vpc_security_group_ids must be the id of a security group, such as sg-0123456789abcdef0."
  }
}

variable "log_level" {
  description = "Minimum level of log entries: TRACE, DEBUG, INFO, WARN, ERROR or FATAL."
  type        = string
  default     = "INFO"

  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], var.log_level)
    error_message = "log_level must be TRACE, DEBUG, INFO, WARN, ERROR or FATAL."
  }
}

variable "log_retention_days" {
  description = "Retention of the logs of functions and state machines in days, one of the values that CloudWatch Logs supports. 0 keeps them for ever."
  type        = number
  default     = 30

  validation {
    condition     = contains([0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be a retention of CloudWatch Logs: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653, or 0 to keep logs for ever."
  }
}

variable "tracing" {
  description = "Whether AWS X-Ray traces the functions and the state machines. The roles then may send traces."
  type        = bool
  default     = false
}

variable "permissions_boundary_arn" {
  description = "Policy that limits the permissions of every role of the module (permissions boundary). Null sets none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null ? true : can(regex("^arn:[^:]+:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of a managed policy, such as arn:aws:iam::123456789012:policy/boundary."
  }
}
