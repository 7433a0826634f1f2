output "events_queue_urls" {
  description = "URLs of the queue of events and of its dead-letter queue."
  value       = module.loader.events_queue_urls
}

output "failures_queue_url" {
  description = "URL of the queue with events that EventBridge could not deliver."
  value       = module.loader.failures_queue_url
}

output "state_machine_arns" {
  description = "ARNs of the state machines: load one object, backfill a prefix."
  value       = module.loader.state_machine_arns
}

output "redrive_commands" {
  description = "Commands that load the objects of failed events again."
  value       = module.loader.redrive_commands
}
