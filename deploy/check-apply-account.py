"""Prints the resources in the account of each kind that the module and the examples create: kind and name, one per line, first page only."""

import os

import boto3

KINDS = {
    "bucket": ("s3", "list_buckets", "Buckets", "Name"),
    "role": ("iam", "list_roles", "Roles", "RoleName"),
    "log-group": ("logs", "describe_log_groups", "logGroups", "logGroupName"),
    "log-query": ("logs", "describe_query_definitions", "queryDefinitions", "name"),
    "function": ("lambda", "list_functions", "Functions", "FunctionName"),
    "event-source-mapping": ("lambda", "list_event_source_mappings", "EventSourceMappings", "UUID"),
    "state-machine": ("stepfunctions", "list_state_machines", "stateMachines", "name"),
    "rule": ("events", "list_rules", "Rules", "Name"),
    "queue": ("sqs", "list_queues", "QueueUrls", None),
    "topic": ("sns", "list_topics", "Topics", "TopicArn"),
    "subscription": ("sns", "list_subscriptions", "Subscriptions", "SubscriptionArn"),
    "alarm": ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    "dashboard": ("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
    "database": ("timestream-write", "list_databases", "Databases", "DatabaseName"),
    "table": ("timestream-write", "list_tables", "Tables", "TableName"),
    "secret": ("secretsmanager", "list_secrets", "SecretList", "Name"),
    "security-group": ("ec2", "describe_security_groups", "SecurityGroups", "GroupId"),
    "security-group-rule": ("ec2", "describe_security_group_rules", "SecurityGroupRules", "SecurityGroupRuleId"),
    "endpoint": ("ec2", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
}

for kind, (service, operation, items, name) in KINDS.items():
    # An explicit endpoint switches endpoint discovery off.
    client = boto3.client(service, endpoint_url=os.environ["AWS_ENDPOINT_URL"])
    for item in getattr(client, operation)().get(items, []):
        # A deleted endpoint stays listed for a while.
        if name is None or item.get("State") != "deleted":
            print(kind, item if name is None else item[name])
