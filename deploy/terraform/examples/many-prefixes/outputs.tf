output "upload_to" {
  description = "Locations whose files are loaded."
  value       = [for prefix in var.prefixes : "s3://${var.bucket}/${prefix}"]
}

output "rejected_rows_location" {
  description = "Location of rows that could not be stored."
  value       = module.loader.rejected_rows_location
}

output "state_machine_arns" {
  description = "ARNs of the state machines: load one object, backfill a prefix."
  value       = module.loader.state_machine_arns
}

output "redrive_commands" {
  description = "Commands that load the objects of failed events again."
  value       = module.loader.redrive_commands
}
