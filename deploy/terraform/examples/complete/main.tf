# A complete example for an empty account: a bucket that sends its events to EventBridge, and the loader. Copy it, or set
# source_bucket to an existing bucket and remove the rest.
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

resource "aws_s3_bucket" "lake" {
  bucket = var.bucket
}

resource "aws_s3_bucket_public_access_block" "lake" {
  bucket = aws_s3_bucket.lake.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# With versioning, an event loads exactly the object version that it names, even if the object was replaced since.
resource "aws_s3_bucket_versioning" "lake" {
  bucket = aws_s3_bucket.lake.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "lake" {
  bucket = aws_s3_bucket.lake.id

  rule {
    id     = "rejected-rows"
    status = "Enabled"

    filter {
      prefix = "rejected/"
    }

    expiration {
      days = var.keep_rejected_rows_days
    }
  }

  rule {
    id     = "old-versions"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 30
    }
  }

  depends_on = [aws_s3_bucket_versioning.lake]
}

# This resource replaces all notifications of a bucket. The bucket here is new and has none.
resource "aws_s3_bucket_notification" "lake" {
  bucket      = aws_s3_bucket.lake.id
  eventbridge = true
}

module "loader" {
  source = "../../"

  package_path  = var.package_path
  source_bucket = aws_s3_bucket.lake.id
  source_prefix = "processed/"
  trigger       = var.trigger

  database_name = "energy"
  alarm_emails  = var.alarm_emails

  tags = { service = "energy-loader" }
}
