variable "source_bucket" {
  description = "Bucket that contains the processed Parquet files."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.source_bucket))
    error_message = "source_bucket must be the name of a bucket without s3:// and without a path."
  }
}

variable "source_prefix" {
  description = "Prefix of the keys that are read and that start a load (SOURCE_PREFIX): hidden folders are looked for below it. Empty means the whole bucket; this requires a separate output_bucket."
  type        = string
  default     = "processed/"

  validation {
    condition     = can(regex("^([A-Za-z0-9_.=-]+/)*$", var.source_prefix))
    error_message = "source_prefix must be empty or end with a slash, must not start with a slash, and may contain only letters, digits and _ . = - because it becomes part of IAM patterns."
  }

  validation {
    condition     = var.settings.mapping_location == null || var.source_prefix == "" ? true : !startswith(var.settings.mapping_location, "s3://${var.source_bucket}/${var.source_prefix}")
    error_message = "settings.mapping_location must not lie below source_prefix: who may write source files must not be able to change how they are read."
  }
}

variable "further_source_prefixes" {
  description = "Prefixes of the source bucket that are read and start a load like source_prefix. The functions look for hidden folders in the whole keys below them, and a backfill without a prefix in its input does not list them."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for prefix in var.further_source_prefixes : can(regex("^([A-Za-z0-9=-][A-Za-z0-9_.=-]*/)+$", prefix))])
    error_message = "Each of further_source_prefixes must end with a slash, must not start with a slash, and may contain only letters, digits and _ . = -. No folder may begin with _ or a dot: the functions would skip everything below it."
  }

  validation {
    condition = length([
      for pair in setproduct(concat([var.source_prefix], var.further_source_prefixes), concat([var.source_prefix], var.further_source_prefixes)) : pair if startswith(pair[0], pair[1])
    ]) == 1 + length(var.further_source_prefixes) # each prefix starts only with itself
    error_message = "source_prefix and further_source_prefixes must not contain each other: an object would start two loads, and S3 refuses such notifications."
  }

  validation {
    condition     = alltrue([for prefix in var.further_source_prefixes : !startswith(coalesce(var.settings.mapping_location, "none"), "s3://${var.source_bucket}/${prefix}")])
    error_message = "settings.mapping_location must not lie below one of further_source_prefixes: who may write source files must not be able to change how they are read."
  }
}

variable "source_kms_key_arns" {
  description = "KMS keys that encrypt the source objects. The functions may decrypt with them, but only through S3."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.source_kms_key_arns : can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/", arn))])
    error_message = "Each of source_kms_key_arns must be the ARN of a key, not of an alias."
  }
}

variable "output_bucket" {
  description = "Bucket for rejected rows and backfill results. Null means the source bucket."
  type        = string
  default     = null

  validation {
    condition     = var.output_bucket == null || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.output_bucket))
    error_message = "output_bucket must be the name of a bucket without s3:// and without a path."
  }
}

variable "output_kms_key_arn" {
  description = "KMS key that encrypts the output bucket by default. Null if the bucket uses the keys of S3."
  type        = string
  default     = null

  validation {
    condition     = var.output_kms_key_arn == null || can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/", var.output_kms_key_arn))
    error_message = "output_kms_key_arn must be the ARN of a key, not of an alias."
  }
}

variable "rejected_rows_prefix" {
  description = "Prefix in the output bucket for rows that could not be stored (REJECTED_ROWS_LOCATION). Timestream writes its reports of late rejections to timestream/ below it."
  type        = string
  default     = "rejected/"

  validation {
    condition     = can(regex("^([A-Za-z0-9_.=-]+/)+$", var.rejected_rows_prefix))
    error_message = "rejected_rows_prefix must end with a slash, must not start with a slash, and may contain only letters, digits and _ . = -."
  }

  validation {
    condition = local.output_bucket != var.source_bucket || alltrue([
      for prefix in local.source_prefixes : !startswith(var.rejected_rows_prefix, prefix) && !startswith(prefix, var.rejected_rows_prefix)
    ])
    error_message = "rejected_rows_prefix and source_prefix overlap in one bucket. The events of rejected-row files would load these rows again. Choose prefixes that do not overlap, or another output_bucket."
  }
}

variable "backfill_results_prefix" {
  description = "Prefix in the output bucket where the backfill lists which objects were loaded and which failed."
  type        = string
  default     = "backfill-results/"

  validation {
    condition     = can(regex("^([A-Za-z0-9_.=-]+/)+$", var.backfill_results_prefix))
    error_message = "backfill_results_prefix must end with a slash, must not start with a slash, and may contain only letters, digits and _ . = -."
  }

  validation {
    condition = local.output_bucket != var.source_bucket || alltrue([
      for prefix in local.source_prefixes : !startswith(var.backfill_results_prefix, prefix) && !startswith(prefix, var.backfill_results_prefix)
    ])
    error_message = "backfill_results_prefix and source_prefix overlap in one bucket. A backfill would list its own results. Choose prefixes that do not overlap, or another output_bucket."
  }

  validation {
    condition     = !startswith(var.backfill_results_prefix, var.rejected_rows_prefix) && !startswith(var.rejected_rows_prefix, var.backfill_results_prefix)
    error_message = "backfill_results_prefix and rejected_rows_prefix overlap. Different roles write to them, and each role may write only to its own prefix."
  }
}
