# Loads into Timestream for InfluxDB. The bucket, the VPC and the InfluxDB instance or cluster exist. The example adds the secret for the
# token, the security group of the functions, the endpoints that they need in a VPC without NAT gateway, and the loader.
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

# The token is not a resource here, because Terraform stores every value in its state. Put it into the secret after the apply (output
# put_token). A prefix, because the name of a deleted secret cannot be used again for 30 days.
resource "aws_secretsmanager_secret" "token" {
  name_prefix = "energy-loader-influxdb-"
  description = "Token of the loader for InfluxDB: {\"token\":\"…\"}"
  kms_key_id  = var.secret_kms_key_arn
}

module "network" {
  source = "../../modules/network"

  vpc_id              = var.vpc_id
  subnet_ids          = var.subnet_ids
  route_table_ids     = var.create_interface_endpoints ? var.route_table_ids : []
  interface_endpoints = var.create_interface_endpoints ? ["secretsmanager", "monitoring"] : []
  influxdb            = { port = var.influxdb.port, security_group_id = var.influxdb.security_group_id }
}

module "loader" {
  source = "../../"

  package_path  = var.package_path
  source_bucket = var.bucket
  source_prefix = "processed/"
  trigger       = var.trigger

  sink = "influxdb"
  influxdb = {
    url                      = "https://${var.influxdb.endpoint}:${var.influxdb.port}"
    engine                   = var.influxdb.engine
    database                 = var.influxdb.database
    org                      = var.influxdb.org
    bucket                   = var.influxdb.bucket
    token_secret_arn         = aws_secretsmanager_secret.token.arn
    token_secret_kms_key_arn = var.secret_kms_key_arn
    instance_name            = var.influxdb.instance_name
  }
  vpc_subnet_ids         = var.subnet_ids
  vpc_security_group_ids = [module.network.security_group_id]

  settings     = { metrics_namespace = "ONS/InfluxDB" }
  alarm_emails = var.alarm_emails

  tags = { service = "energy-loader" }
}
