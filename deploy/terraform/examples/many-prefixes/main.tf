# Loads files below several prefixes of one existing bucket, with one deployment. Rejected rows and backfill results go to a bucket of their
# own, so that nothing that the loader writes can start a load.
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

  package_path            = var.package_path
  source_bucket           = var.bucket
  source_prefix           = var.prefixes[0]
  further_source_prefixes = slice(var.prefixes, 1, length(var.prefixes))
  output_bucket           = var.output_bucket

  trigger = "state_machine"

  database_name = "energy"
  alarm_emails  = var.alarm_emails

  tags = { service = "energy-loader" }
}
