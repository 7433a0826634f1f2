variable "package_path" {
  description = "Zip with the executable bootstrap, as deploy/package.sh makes it, for the architecture chosen."
  type        = string

  validation {
    condition     = fileexists(var.package_path)
    error_message = "package_path names no file. Run deploy/package.sh first; it makes artifacts/lambda/loader-linux-x64.zip."
  }
}

variable "architecture" {
  description = "x86_64 or arm64; the package must be built for it."
  type        = string
  default     = "x86_64"

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "architecture must be x86_64 or arm64."
  }
}

variable "memory_megabytes" {
  description = "Memory of each function, 128 to 10240. 1769 is one whole processor."
  type        = number
  default     = 1769

  validation {
    condition     = var.memory_megabytes >= 128 && var.memory_megabytes <= 10240
    error_message = "memory_megabytes must be from 128 to 10240."
  }
}

variable "timeout_seconds" {
  description = "Time of one call, 60 to 900. A load stops in good order before it is over."
  type        = number
  default     = 900

  validation {
    condition     = var.timeout_seconds >= 60 && var.timeout_seconds <= 900
    error_message = "timeout_seconds must be from 60 to 900."
  }
}

variable "reserved_concurrency" {
  description = "Concurrent calls reserved for, and at most allowed to, each function. Null reserves none and shares the account's."
  type = object({
    s3_event       = optional(number)
    step_functions = optional(number)
  })
  default = {}

  validation {
    condition     = alltrue([for calls in values(var.reserved_concurrency) : calls == null ? true : calls >= 1])
    error_message = "reserved_concurrency must be at least 1: 0 would switch the function off."
  }
}

variable "settings" {
  description = "Settings of the loader; null leaves the loader's default. Each becomes the environment variable of the same name in capitals."
  type = object({
    max_batch_size       = optional(number)
    max_retries          = optional(number)
    max_concurrency      = optional(number)
    row_groups_in_flight = optional(number)
    max_invalid_percent  = optional(number)
    source_time_zone     = optional(string)
    metrics_namespace    = optional(string, "ONS/Timestream")
  })
  default = {}

  validation {
    condition     = var.settings.max_batch_size == null ? true : var.settings.max_batch_size >= 1 && var.settings.max_batch_size <= 100
    error_message = "settings.max_batch_size must be from 1 to 100: Timestream takes no more records a request."
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
    condition     = var.settings.row_groups_in_flight == null ? true : var.settings.row_groups_in_flight >= 1 && var.settings.row_groups_in_flight <= 64
    error_message = "settings.row_groups_in_flight must be from 1 to 64."
  }

  validation {
    condition     = var.settings.max_invalid_percent == null ? true : var.settings.max_invalid_percent >= 0 && var.settings.max_invalid_percent <= 100
    error_message = "settings.max_invalid_percent must be from 0 to 100."
  }

  validation {
    condition     = can(regex("^[A-Za-z0-9._/#-]{1,255}$", var.settings.metrics_namespace)) && !startswith(var.settings.metrics_namespace, "AWS/")
    error_message = "settings.metrics_namespace must have 1 to 255 letters, digits and . _ / # -, and must not start with AWS/."
  }
}

variable "environment" {
  description = "Further environment variables of both functions, for example AWS_ENDPOINT_URL_TIMESTREAM_WRITE. They cannot replace those that the module sets."
  type        = map(string)
  default     = {}
}

variable "log_level" {
  description = "Least level that is logged: TRACE, DEBUG, INFO, WARN, ERROR or FATAL."
  type        = string
  default     = "INFO"

  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], var.log_level)
    error_message = "log_level must be TRACE, DEBUG, INFO, WARN, ERROR or FATAL."
  }
}

variable "log_retention_days" {
  description = "How long logs are kept, in days; one of the periods that CloudWatch Logs offers."
  type        = number
  default     = 30
}
