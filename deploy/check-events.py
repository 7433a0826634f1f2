"""Holds the event patterns and notification filters of the module against moto: its S3 sends the events of real uploads, and its EventBridge
and its notifications decide which of them arrive. Prints what differs, and fails if anything does.

terraform/tests/event_patterns.json has the patterns and filters; `terraform test` compares it with the module.
"""

import json
import pathlib
import sys

import boto3
from moto import mock_aws
from moto.events.models import EventPattern

HERE = pathlib.Path(__file__).parent
REVIEWED = json.loads((HERE / "terraform" / "tests" / "event_patterns.json").read_text())
SAMPLES = HERE.parent / "samples" / "events"

# Keys that start a load with source_prefix = "processed/". The functions skip the last three, because they are hidden: a key can meet only one
# pattern, which cannot require one thing of it and exclude another.
LOADED = [
    "processed/a.parquet", "processed/dataset=generation/year=2024/month=01/a.parquet", "processed/A.PARQUET", "processed/a.Parquet",
    "processed/a b+c&d=é.parquet", "processed/a*b.parquet", "processed/.parquet",
    "processed/_temporary/0/a.parquet", "processed/.spark-staging-1/a.parquet", "processed/dataset=generation/_a.parquet",
]
IGNORED = [
    "processed/a.pArquet", "processed/aparquet", "processed/aPARQUET", "processed/aParquet", "processed/a.parquet.tmp", "processed/a.csv", "processed/a.parquet/part", "processed/", "processed/_SUCCESS",
    "Processed/a.parquet", "preprocessed/a.parquet", "a/processed/a.parquet", "processed.parquet", "raw/a.parquet",
    "rejected/timestream-0123456789ab/lake/processed/a.parquet/etag/dataset=generation/row-group-00003.parquet",
    "rejected/timestream/generation/report.parquet", "backfill-results/run/SUCCEEDED_0.json", "backfill-results/a.parquet",
]
OTHER_PREFIXES = ["plants/dataset=generation/a.parquet", "grid/a.PARQUET"]
NOT_BELOW_THEM = ["plants/dataset=consumption/a.parquet", "plants/a.parquet", "grids/a.parquet", "grid/a.csv"]

faults = []


def expect(what, expected, actual):
    for key in sorted(set(expected) - set(actual)):
        faults.append(f"{what}: {key} does not arrive")
    for key in sorted(set(actual) - set(expected)):
        faults.append(f"{what}: {key} arrives")


def received(sqs, url):
    bodies = []
    while batch := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in batch:
            bodies.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return bodies


@mock_aws
def through_eventbridge(pattern, keys):
    """Returns the keys whose uploads to the buckets lake and lakes arrive in a queue behind a rule, with the bucket."""
    s3, events, sqs = (boto3.client(name, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test") for name in ("s3", "events", "sqs"))
    url = sqs.create_queue(QueueName="target")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="objects", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="objects", Targets=[{"Id": "1", "Arn": arn}])
    for bucket in ("lake", "lakes"):
        s3.create_bucket(Bucket=bucket)
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
        for key in keys:
            s3.put_object(Bucket=bucket, Key=key, Body=b"x")
            s3.delete_object(Bucket=bucket, Key=key)
    return [f"{event['detail']['bucket']['name']}/{event['detail']['object']['key']}" for event in received(sqs, url)]


@mock_aws
def through_notifications(filters, keys):
    """Returns the keys whose uploads arrive in a queue behind notifications of the bucket. moto, unlike S3, does not decode filters."""
    s3, sqs = (boto3.client(name, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test") for name in ("s3", "sqs"))
    url = sqs.create_queue(QueueName="target")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    s3.create_bucket(Bucket="lake")
    s3.put_bucket_notification_configuration(Bucket="lake", NotificationConfiguration={"QueueConfigurations": [{
        "QueueArn": arn, "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": prefix}, {"Name": "suffix", "Value": suffix}]}},
    } for prefix, suffix in filters]})
    for key in keys:
        s3.put_object(Bucket="lake", Key=key, Body=b"x")
        s3.delete_object(Bucket="lake", Key=key)
    from urllib.parse import unquote_plus
    return [unquote_plus(record["s3"]["object"]["key"]) for event in received(sqs, url) for record in event.get("Records", [])]


every = [*LOADED, *IGNORED, *OTHER_PREFIXES, *NOT_BELOW_THEM]
expect("rule", [f"lake/{key}" for key in LOADED], through_eventbridge(REVIEWED["one_prefix"], every))
expect("rule of several prefixes", [f"lake/{key}" for key in [*LOADED, *OTHER_PREFIXES]], through_eventbridge(REVIEWED["several_prefixes"], every))
expect("notifications", LOADED, through_notifications(REVIEWED["notifications"], every))

# The samples, sent as the service would: only the event of S3 through EventBridge is one that the rule selects.
pattern = EventPattern.load(json.dumps(REVIEWED["one_prefix"]))
for name in ("eventbridge.json", "cloudtrail.json"):
    event = json.loads((SAMPLES / name).read_text().replace('"data"', '"lake"').replace('"dataset=generation/', '"processed/dataset=generation/'))
    if pattern.matches_event(event) != (name == "eventbridge.json"):
        faults.append(f"{name}: the rule decides otherwise than expected")
    event["detail-type"] = "Object Deleted"
    if pattern.matches_event(event):
        faults.append(f"{name} as the event of a deleted object: the rule selects it")

print("\n".join(faults) or f"{len(every)} keys")
sys.exit(bool(faults))
