variable "source_bucket" {
  description = "Bucket that holds the processed Parquet files."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.source_bucket))
    error_message = "source_bucket must be the name of a bucket, without s3:// and without a path."
  }
}

variable "source_prefix" {
  description = "Only keys below this prefix are read, and only they start a load. Empty means the whole bucket, which needs an output_bucket of its own."
  type        = string
  default     = "processed/"

  validation {
    condition     = can(regex("^([A-Za-z0-9_.=-]+/)*$", var.source_prefix))
    error_message = "source_prefix must be empty or end with a slash, must not start with one, and may hold letters, digits and _ . = - only: it becomes part of IAM patterns."
  }
}

variable "source_kms_key_arns" {
  description = "Keys that encrypt the source objects; the functions may decrypt with them, through S3 only."
  type        = list(string)
  default     = []
}

variable "output_bucket" {
  description = "Bucket for rejected rows and backfill results. Null means the source bucket."
  type        = string
  default     = null

  validation {
    condition     = var.output_bucket == null || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.output_bucket))
    error_message = "output_bucket must be the name of a bucket, without s3:// and without a path."
  }
}

variable "output_kms_key_arn" {
  description = "Key that encrypts the output bucket by default. Null when the bucket uses S3's own keys."
  type        = string
  default     = null
}

variable "rejected_rows_prefix" {
  description = "Rows that could not be stored are kept below this prefix of the output bucket (REJECTED_ROWS_LOCATION); Timestream's reports of late rejections go to its folder timestream/."
  type        = string
  default     = "rejected/"

  validation {
    condition     = can(regex("^([A-Za-z0-9_.=-]+/)+$", var.rejected_rows_prefix))
    error_message = "rejected_rows_prefix must end with a slash, must not start with one, and may hold letters, digits and _ . = - only."
  }

  validation {
    condition = local.output_bucket != var.source_bucket || !(
      startswith(var.rejected_rows_prefix, var.source_prefix) || startswith(var.source_prefix, var.rejected_rows_prefix)
    )
    error_message = "rejected_rows_prefix and source_prefix overlap in one bucket: rejected rows would be loaded again by the event that announces them. Choose disjoint prefixes or another output_bucket."
  }
}

variable "backfill_results_prefix" {
  description = "The backfill writes which objects were loaded and which failed below this prefix of the output bucket."
  type        = string
  default     = "backfill-results/"

  validation {
    condition     = can(regex("^([A-Za-z0-9_.=-]+/)+$", var.backfill_results_prefix))
    error_message = "backfill_results_prefix must end with a slash, must not start with one, and may hold letters, digits and _ . = - only."
  }

  validation {
    condition = local.output_bucket != var.source_bucket || !(
      startswith(var.backfill_results_prefix, var.source_prefix) || startswith(var.source_prefix, var.backfill_results_prefix)
    )
    error_message = "backfill_results_prefix and source_prefix overlap in one bucket: a backfill would list its own results. Choose disjoint prefixes or another output_bucket."
  }

  validation {
    condition     = !startswith(var.backfill_results_prefix, var.rejected_rows_prefix) && !startswith(var.rejected_rows_prefix, var.backfill_results_prefix)
    error_message = "backfill_results_prefix and rejected_rows_prefix overlap: each is written by another role, which may write nowhere else."
  }
}
