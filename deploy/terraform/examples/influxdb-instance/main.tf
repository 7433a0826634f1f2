# Creates an instance of Timestream for InfluxDB (engine 2), and loads into it. The bucket and the VPC exist. The example adds the secret for
# the token, the security groups, the endpoints that the functions need in a VPC without NAT gateway, and the loader.
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

module "influxdb" {
  source = "../../modules/influxdb-instance"

  name                  = "energy"
  vpc_id                = var.vpc_id
  subnet_ids            = var.subnet_ids
  allocated_storage_gib = var.allocated_storage_gib
  organization          = "grid"
  bucket                = "energy"
  password              = var.influxdb_password
}

# The token is not a resource here, because Terraform stores every value in its state. Create it in InfluxDB and put it into the secret after
# the apply (output put_token). A prefix, because the name of a deleted secret cannot be used again for 30 days.
resource "aws_secretsmanager_secret" "token" {
  name_prefix = "energy-loader-influxdb-"
  description = "Token of the loader for InfluxDB: {\"token\":\"…\"}"
}

module "network" {
  source = "../../modules/network"

  vpc_id          = var.vpc_id
  subnet_ids      = var.subnet_ids
  route_table_ids = var.route_table_ids
  influxdb        = { port = module.influxdb.port, security_group_id = module.influxdb.security_group_id }
}

module "loader" {
  source = "../../"

  package_path  = var.package_path
  source_bucket = var.bucket
  source_prefix = "processed/"

  sink = "influxdb"
  influxdb = {
    url              = module.influxdb.url
    engine           = "2"
    org              = "grid"
    bucket           = "energy"
    token_secret_arn = aws_secretsmanager_secret.token.arn
    instance_name    = "energy"
  }
  vpc_subnet_ids         = var.subnet_ids
  vpc_security_group_ids = [module.network.security_group_id]

  settings     = { metrics_namespace = "ONS/InfluxDB" }
  alarm_emails = var.alarm_emails

  tags = { service = "energy-loader" }
}
