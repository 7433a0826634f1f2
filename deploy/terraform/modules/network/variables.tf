variable "name" {
  description = "Prefix of the names of the security groups."
  type        = string
  default     = "energy-loader"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,31}$", var.name))
    error_message = "name must have 2 to 32 lower-case letters, digits and hyphens, and must start with a letter."
  }
}

variable "vpc_id" {
  description = "VPC of the functions. It must have DNS support and DNS host names."
  type        = string

  validation {
    condition     = can(regex("^vpc-[0-9a-f]+$", var.vpc_id))
    error_message = "vpc_id must be the id of a VPC, such as vpc-0123456789abcdef0."
  }
}

variable "subnet_ids" {
  description = "Subnets of this VPC for the interface endpoints: those of the functions, one per availability zone."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) > 0 && alltrue([for id in var.subnet_ids : can(regex("^subnet-[0-9a-f]+$", id))])
    error_message = "subnet_ids must be ids of subnets, such as subnet-0123456789abcdef0, and at least one."
  }
}

variable "route_table_ids" {
  description = "Route tables of these subnets, which get the route to S3 through a gateway endpoint. Empty if they have such a route or a NAT gateway."
  type        = list(string)
  default     = []

  validation {
    condition     = length(var.route_table_ids) > 0 || length(var.interface_endpoints) == 0
    error_message = "Without route_table_ids, set interface_endpoints = [] too: otherwise the functions may connect only to the interface endpoints, and not to S3."
  }
}

variable "interface_endpoints" {
  description = "Services that get an interface endpoint with private DNS: secretsmanager and monitoring for the sink influxdb; monitoring and the endpoints of Timestream for the sink timestream. Empty uses the endpoints or the NAT gateway of the VPC: a VPC can have only one endpoint of a service with private DNS."
  type        = list(string)
  default     = ["secretsmanager", "monitoring"]

  validation {
    condition     = alltrue([for service in var.interface_endpoints : can(regex("^[a-z0-9.-]+$", service))])
    error_message = "Each of interface_endpoints must be the end of a service name, such as secretsmanager for com.amazonaws.REGION.secretsmanager."
  }
}

variable "influxdb" {
  description = "Port of InfluxDB and its security group, which gets a rule for the functions. Null for another destination."
  type = object({
    port              = number
    security_group_id = string
  })
  default = null

  validation {
    condition     = var.influxdb == null ? true : var.influxdb.port >= 1 && var.influxdb.port <= 65535
    error_message = "influxdb.port must be from 1 to 65535."
  }
}

variable "tags" {
  description = "Tags of every resource that supports tags."
  type        = map(string)
  default     = {}
}
