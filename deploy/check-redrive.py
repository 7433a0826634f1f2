"""Checks which objects terraform/scripts/redrive.py finds in messages: every sample event, as it is and as a failed call of Lambda, and messages
that name none. Prints what differs, and fails if anything does."""

import importlib.util
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location("redrive", HERE / "terraform" / "scripts" / "redrive.py")
redrive = importlib.util.module_from_spec(spec)
spec.loader.exec_module(redrive)
faults = []

GENERATION, CONSUMPTION, TRANSMISSION = (f"dataset={name}/year=2024/month=01/{name}-2024-01.parquet" for name in ("generation", "consumption", "transmission"))
EXPECTED = {
    "s3.json": [GENERATION], "eventbridge.json": [GENERATION], "cloudtrail.json": [TRANSMISSION], "sns.json": [CONSUMPTION],
    "sqs-eventbridge.json": [GENERATION], "sqs-cloudtrail.json": [TRANSMISSION], "sqs-sns.json": [GENERATION.replace("01", "02")],
    "s3-two-objects.json": None, "sqs.json": None, "sqs-failure.json": [GENERATION, "dataset=generation/missing.parquet"],
}
for name, keys in EXPECTED.items():
    event = json.loads((HERE.parent / "samples" / "events" / name).read_text())
    for form, message in {"event": event, "failed call": {"version": "1.0", "requestContext": {"condition": "RetriesExhausted"}, "requestPayload": event}}.items():
        found = [load["key"] for load in redrive.objects_of(json.dumps(message))]
        if (len(found) != 2 or "%" in "".join(found)) if keys is None else found != keys:
            faults.append(f"{name} as {form}: {found}")

for name, message, expected in [
    ("encoded key", {"Records": [{"s3": {"bucket": {"name": "lake"}, "object": {"key": "a%3Db/x+y.parquet", "versionId": "v1"}}}]},
     [{"bucket": "lake", "key": "a=b/x y.parquet", "version_id": "v1"}]),
    ("version of EventBridge", {"detail": {"bucket": {"name": "lake"}, "object": {"key": "x+y.parquet", "version-id": "v1"}}},
     [{"bucket": "lake", "key": "x+y.parquet", "version_id": "v1"}]),
    ("no version", {"detail": {"bucket": {"name": "lake"}, "object": {"key": "a.parquet", "version-id": "null"}}}, [{"bucket": "lake", "key": "a.parquet"}]),
]:
    if redrive.objects_of(json.dumps(message)) != expected:
        faults.append(f"{name}: {redrive.objects_of(json.dumps(message))}")

for message in ["", "[]", "no JSON", "{}", '{"Event":"s3:TestEvent","Bucket":"lake"}', '{"detail":{}}', '{"Records":[{}]}', '{"Records":[]}', '{"requestPayload":{"Records":[]}}', '{"Records":[{"body":"{}"}]}',
                '{"detail":{"requestParameters":{"bucketName":"lake","key":"a"},"responseElements":"x"}}', '{"requestPayload":{"a":1}}']:
    try:
        faults.append(f"{message}: {redrive.objects_of(message)}")
    except (ValueError, KeyError, TypeError, AttributeError):
        pass

print("\n".join(faults))
sys.exit(bool(faults))
