variable "region" {
  description = "Region of all resources. Timestream for InfluxDB must be available there."
  type        = string
  default     = "eu-west-1"
}

variable "bucket" {
  description = "Existing bucket with the source files, which also gets rejected rows and backfill results. It must send its events to EventBridge."
  type        = string
}

variable "vpc_id" {
  description = "Existing VPC for InfluxDB and the functions."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets of this VPC, in several availability zones."
  type        = list(string)
}

variable "route_table_ids" {
  description = "Route tables of these subnets, which get the route to S3."
  type        = list(string)
}

variable "allocated_storage_gib" {
  description = "Storage of InfluxDB in GiB. loader validate --sink influxdb estimates what files take."
  type        = number
  default     = 100
}

variable "influxdb_password" {
  description = "Password of the first user of InfluxDB, 8 to 64 letters and digits. Set it by the variable TF_VAR_influxdb_password of the shell. It is stored in the state."
  type        = string
  sensitive   = true
}

variable "package_path" {
  description = "Path of the zip of the functions that deploy/package.sh builds."
  type        = string
  default     = "../../../../artifacts/lambda/loader-linux-x64.zip"
}

variable "alarm_emails" {
  description = "Email addresses that receive alarms."
  type        = list(string)
  default     = []
}
