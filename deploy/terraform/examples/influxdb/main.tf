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

resource "aws_security_group" "functions" {
  name_prefix = "energy-loader-functions-"
  description = "Functions of the loader"
  vpc_id      = var.vpc_id
}

# The group of InfluxDB exists and must also let the functions in.
resource "aws_vpc_security_group_egress_rule" "influxdb" {
  security_group_id            = aws_security_group.functions.id
  referenced_security_group_id = var.influxdb.security_group_id
  description                  = "InfluxDB"
  ip_protocol                  = "tcp"
  from_port                    = var.influxdb.port
  to_port                      = var.influxdb.port
}

resource "aws_vpc_security_group_ingress_rule" "influxdb" {
  security_group_id            = var.influxdb.security_group_id
  referenced_security_group_id = aws_security_group.functions.id
  description                  = "Functions of the loader"
  ip_protocol                  = "tcp"
  from_port                    = var.influxdb.port
  to_port                      = var.influxdb.port
}

# Objects and rejected rows. A gateway endpoint costs nothing.
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = var.vpc_id
  service_name    = "com.amazonaws.${var.region}.s3"
  route_table_ids = var.route_table_ids
}

resource "aws_vpc_security_group_egress_rule" "s3" {
  security_group_id = aws_security_group.functions.id
  prefix_list_id    = aws_vpc_endpoint.s3.prefix_list_id
  description       = "S3"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# The token (secretsmanager) and the metrics (monitoring). Lambda collects logs and polls queues outside of the VPC.
resource "aws_vpc_endpoint" "services" {
  for_each = var.create_interface_endpoints ? toset(["secretsmanager", "monitoring"]) : []

  vpc_id              = var.vpc_id
  service_name        = "com.amazonaws.${var.region}.${each.value}"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = var.subnet_ids
  security_group_ids  = [aws_security_group.endpoints[0].id]
  private_dns_enabled = true
}

resource "aws_security_group" "endpoints" {
  count = var.create_interface_endpoints ? 1 : 0

  name_prefix = "energy-loader-endpoints-"
  description = "Interface endpoints that the loader calls"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  count = var.create_interface_endpoints ? 1 : 0

  security_group_id            = aws_security_group.endpoints[0].id
  referenced_security_group_id = aws_security_group.functions.id
  description                  = "Functions of the loader"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

# Without endpoints of its own the example does not know where those of the VPC or the NAT gateway are.
resource "aws_vpc_security_group_egress_rule" "services" {
  security_group_id            = aws_security_group.functions.id
  referenced_security_group_id = var.create_interface_endpoints ? aws_security_group.endpoints[0].id : null
  cidr_ipv4                    = var.create_interface_endpoints ? null : "0.0.0.0/0"
  description                  = "Secrets Manager and CloudWatch"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
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
  }
  vpc_subnet_ids         = var.subnet_ids
  vpc_security_group_ids = [aws_security_group.functions.id]

  settings     = { metrics_namespace = "ONS/InfluxDB" }
  alarm_emails = var.alarm_emails

  tags = { service = "energy-loader" }
}
