output "kms_key_policy_statements" {
  description = "Statements that the policy of the key needs. Empty without a key."
  value       = module.loader.kms_key_policy_statements
}

output "state_machine_arns" {
  description = "ARNs of the state machines: load one object, backfill a prefix."
  value       = module.loader.state_machine_arns
}

output "alarm_names" {
  description = "Names of all alarms."
  value       = module.loader.alarm_names
}

output "redrive_commands" {
  description = "Commands that load the objects of failed events again."
  value       = module.loader.redrive_commands
}
