# Loads an existing bucket into existing tables. The bucket must send its events to EventBridge in addition to its notifications: see
# docs/deployment.md of the loader. The package comes from a bucket, as in a pipeline, and every role has the boundary of the account.
terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

provider "aws" {
  region = var.region
}

module "loader" {
  source = "../../"

  package_s3    = var.package_s3
  architecture  = "arm64"
  source_bucket = var.bucket
  source_prefix = var.prefix

  create_database = false
  create_tables   = false
  database_name   = var.database_name
  table_names     = var.table_names

  permissions_boundary_arn = var.permissions_boundary_arn
  kms_key_arn              = var.kms_key_arn
  source_kms_key_arns      = var.source_kms_key_arns
  alarm_topic_arn          = var.alarm_topic_arn
  tracing                  = true
  state_machines           = { log_level = "ERROR" }
  log_retention_days       = 90
  quiet_hours_alarm        = 24

  tags = { service = "energy-loader" }
}
