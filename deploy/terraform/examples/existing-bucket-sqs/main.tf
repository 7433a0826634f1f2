# Loads bursts of many files of an existing bucket at a limited rate: events wait in a queue, and those that fail again and again go to a
# dead-letter queue. The bucket must send its events to EventBridge in addition to its notifications: see docs/deployment.md of the loader.
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

  package_path  = var.package_path
  source_bucket = var.bucket
  source_prefix = "processed/"

  trigger = "sqs"
  queue   = { max_concurrency = var.max_concurrency, max_receives = 3 }

  # A message becomes visible again after six times the timeout.
  timeout_seconds  = 300
  alarm_thresholds = { duration_seconds = 240, queue_age_seconds = 7200 }

  database_name = "energy"
  alarm_emails  = var.alarm_emails

  tags = { service = "energy-loader" }
}
