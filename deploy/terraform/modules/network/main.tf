# What functions in a VPC need to reach their destination and AWS: a security group for them, rules for the port of InfluxDB, a gateway
# endpoint for S3, and interface endpoints for the other services.
data "aws_region" "current" {}

locals {
  region = data.aws_region.current.id
}

resource "aws_security_group" "functions" {
  name_prefix = "${var.name}-functions-"
  description = "Functions of the loader"
  vpc_id      = var.vpc_id
  tags        = var.tags
}

# The group of InfluxDB exists and must also let the functions in.
resource "aws_vpc_security_group_egress_rule" "influxdb" {
  count = var.influxdb == null ? 0 : 1

  security_group_id            = aws_security_group.functions.id
  referenced_security_group_id = var.influxdb.security_group_id
  description                  = "InfluxDB"
  ip_protocol                  = "tcp"
  from_port                    = var.influxdb.port
  to_port                      = var.influxdb.port
}

resource "aws_vpc_security_group_ingress_rule" "influxdb" {
  count = var.influxdb == null ? 0 : 1

  security_group_id            = var.influxdb.security_group_id
  referenced_security_group_id = aws_security_group.functions.id
  description                  = "Functions of the loader"
  ip_protocol                  = "tcp"
  from_port                    = var.influxdb.port
  to_port                      = var.influxdb.port
}

# Objects and rejected rows. A gateway endpoint costs nothing.
resource "aws_vpc_endpoint" "s3" {
  count = length(var.route_table_ids) > 0 ? 1 : 0

  vpc_id          = var.vpc_id
  service_name    = "com.amazonaws.${local.region}.s3"
  route_table_ids = var.route_table_ids
  tags            = var.tags
}

resource "aws_vpc_security_group_egress_rule" "s3" {
  count = length(var.route_table_ids) > 0 ? 1 : 0

  security_group_id = aws_security_group.functions.id
  prefix_list_id    = aws_vpc_endpoint.s3[0].prefix_list_id
  description       = "S3"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# Lambda collects logs and polls queues outside of the VPC, so no endpoint is needed for them.
resource "aws_vpc_endpoint" "services" {
  for_each = toset(var.interface_endpoints)

  vpc_id              = var.vpc_id
  service_name        = "com.amazonaws.${local.region}.${each.value}"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = var.subnet_ids
  security_group_ids  = [aws_security_group.endpoints[0].id]
  private_dns_enabled = true
  tags                = var.tags
}

resource "aws_security_group" "endpoints" {
  count = length(var.interface_endpoints) > 0 ? 1 : 0

  name_prefix = "${var.name}-endpoints-"
  description = "Interface endpoints that the loader calls"
  vpc_id      = var.vpc_id
  tags        = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  count = length(var.interface_endpoints) > 0 ? 1 : 0

  security_group_id            = aws_security_group.endpoints[0].id
  referenced_security_group_id = aws_security_group.functions.id
  description                  = "Functions of the loader"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

# Without endpoints of its own the module does not know where those of the VPC or the NAT gateway are.
resource "aws_vpc_security_group_egress_rule" "services" {
  security_group_id            = aws_security_group.functions.id
  referenced_security_group_id = length(var.interface_endpoints) > 0 ? aws_security_group.endpoints[0].id : null
  cidr_ipv4                    = length(var.interface_endpoints) > 0 ? null : "0.0.0.0/0"
  description                  = "AWS services"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}
