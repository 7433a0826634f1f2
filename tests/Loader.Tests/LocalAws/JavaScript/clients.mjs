// Drives LocalAws with the official clients and prints what they saw as one JSON object. The test asserts each member.
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import * as cloudwatch from "@aws-sdk/client-cloudwatch";
import * as s3 from "@aws-sdk/client-s3";
import * as timestream from "@aws-sdk/client-timestream-write";
import { AwsQueryProtocol } from "@aws-sdk/core/protocols";

const endpoint = process.env.AWS_ENDPOINT_URL;
const common = { endpoint, region: process.env.AWS_REGION, maxAttempts: 1 };
const objects = new s3.S3Client({ ...common, forcePathStyle: true });
const records = new timestream.TimestreamWriteClient(common);
const Bucket = "js";

/** Gets the error of a call as "status name". */
async function refusal(call) {
  try {
    await call;
    return "none";
  } catch (error) {
    return `${error.$metadata?.httpStatusCode} ${error.name}`;
  }
}

async function readText(response) {
  return response.Body.transformToString();
}

/** Puts an object and compares what comes back. */
async function roundTrip(Key, Body, more = {}) {
  await objects.send(new s3.PutObjectCommand({ Bucket, Key, Body: Body(), ...more }));
  const got = await objects.send(new s3.GetObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
  return { text: await readText(got), etag: got.ETag, crc32: got.ChecksumCRC32, sha256: got.ChecksumSHA256 };
}

const s3Checks = {
  async oddKeys() {
    const keys = ["odd/\r.parquet", "odd/\n.parquet", "odd/a b+c%20d.parquet", "odd/é&<>'\".parquet"];
    for (const Key of keys) {
      await objects.send(new s3.PutObjectCommand({ Bucket, Key, Body: Key }));
    }

    const listed = await objects.send(new s3.ListObjectsV2Command({ Bucket, Prefix: "odd/" }));
    const encoded = await objects.send(new s3.ListObjectsV2Command({ Bucket, Prefix: "odd/", EncodingType: "url" }));
    const decode = (key) => decodeURIComponent(key.replaceAll("+", " "));
    const read = await Promise.all(keys.map(async (Key) => readText(await objects.send(new s3.GetObjectCommand({ Bucket, Key })))));
    const sorted = JSON.stringify([...keys].sort());
    return {
      listed: JSON.stringify(listed.Contents.map((item) => item.Key)) === sorted,
      encoded: JSON.stringify(encoded.Contents.map((item) => decode(item.Key))) === sorted,
      read: JSON.stringify(read) === JSON.stringify(keys),
    };
  },
  plain: () => roundTrip("plain", () => "123456789"),
  stream: () => roundTrip("stream", () => Readable.from([Buffer.from("1234"), Buffer.from("56789")]), { ContentLength: 9 }),
  sha256: () => roundTrip("sha256", () => "123456789", { ChecksumAlgorithm: "SHA256" }),
  wrongMd5: () => refusal(objects.send(new s3.PutObjectCommand({
    Bucket, Key: "md5", Body: "x", ContentMD5: createHash("md5").update("y").digest("base64"),
  }))),
  wrongChecksum: () => refusal(objects.send(new s3.PutObjectCommand({ Bucket, Key: "crc", Body: "x", ChecksumCRC32: "AAAAAA==" }))),
  async multipart() {
    const Key = "parts";
    const { UploadId } = await objects.send(new s3.CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: "CRC32" }));
    const bodies = [Buffer.alloc(5 * 1024 * 1024, "a"), Buffer.from("end")];
    const Parts = [];
    for (const [index, Body] of bodies.entries()) {
      const part = await objects.send(new s3.UploadPartCommand({ Bucket, Key, UploadId, PartNumber: index + 1, Body, ChecksumAlgorithm: "CRC32" }));
      Parts.push({ PartNumber: index + 1, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 });
    }

    const complete = (list) => objects.send(new s3.CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts: list } }));
    const wrong = await refusal(complete([Parts[0], { ...Parts[1], ETag: Parts[0].ETag }]));
    const done = await complete(Parts);
    const attributes = await objects.send(new s3.GetObjectAttributesCommand({
      Bucket, Key, ObjectAttributes: ["ETag", "Checksum", "ObjectParts", "ObjectSize", "StorageClass"],
    }));
    const md5s = Buffer.concat(bodies.map((body) => createHash("md5").update(body).digest()));
    return {
      wrong,
      etag: done.ETag === `"${createHash("md5").update(md5s).digest("hex")}-2"`,
      checksumType: done.ChecksumType,
      sameChecksum: done.ChecksumCRC32 === attributes.Checksum.ChecksumCRC32,
      size: attributes.ObjectSize,
      parts: attributes.ObjectParts.Parts.map((part) => part.Size),
      totalParts: attributes.ObjectParts.TotalPartsCount,
      last: await readText(await objects.send(new s3.GetObjectCommand({ Bucket, Key, PartNumber: 2 }))),
    };
  },
  async conditions() {
    const put = (more) => objects.send(new s3.PutObjectCommand({ Bucket, Key: "condition", Body: "x", ...more }));
    const absent = await refusal(put({ IfMatch: '"0"' }));
    const { ETag } = await put({ IfNoneMatch: "*" });
    return { absent, exists: await refusal(put({ IfNoneMatch: "*" })), other: await refusal(put({ IfMatch: '"0"' })), same: await refusal(put({ IfMatch: ETag })) };
  },
  async versions() {
    const get = (VersionId) => objects.send(new s3.GetObjectCommand({ Bucket: "js-versions", Key: "k", VersionId }));
    const put = (Body) => objects.send(new s3.PutObjectCommand({ Bucket: "js-versions", Key: "k", Body }));
    const first = await put("one");
    await put("two");
    return { first: await readText(await get(first.VersionId)), bad: await refusal(get("nonsense")), absent: await refusal(get("v99999999")) };
  },
  async range() {
    const got = await objects.send(new s3.GetObjectCommand({ Bucket, Key: "plain", Range: "bytes=2-4", ChecksumMode: "ENABLED" }));
    return `${await readText(got)} ${got.ContentRange}`;
  },
  async pages() {
    for (let i = 0; i < 5; i++) {
      await objects.send(new s3.PutObjectCommand({ Bucket, Key: `pages/${i}`, Body: "x" }));
    }

    const pages = [];
    for await (const page of s3.paginateListObjectsV2({ client: objects, pageSize: 2 }, { Bucket, Prefix: "pages/" })) {
      pages.push(page.KeyCount);
    }

    return pages;
  },
  acl: () => refusal(objects.send(new s3.GetObjectAclCommand({ Bucket, Key: "plain" }))),
};

const DatabaseName = "energy";
const now = String(Date.now());
const record = (region, more = {}) => ({
  Dimensions: [{ Name: "region", Value: region }, ...(more.subject ? [{ Name: "subject", Value: more.subject }] : [])],
  MeasureName: "value", MeasureValue: more.value ?? "1.5", MeasureValueType: "DOUBLE", Time: now, Version: 1,
});
const write = (TableName, Records) => records.send(new timestream.WriteRecordsCommand({ DatabaseName, TableName, Records }));

const timestreamChecks = {
  async discovery() {
    const { Endpoints } = await records.send(new timestream.DescribeEndpointsCommand({}));
    return Endpoints[0].Address === new URL(endpoint).host;
  },
  async written() {
    const { RecordsIngested } = await write("generation", [record("SE"), record("NO")]);
    return RecordsIngested;
  },
  async rejected() {
    await write("generation", [record("DK")]);
    try {
      await write("generation", [record("FI"), record("DK", { value: "2.5" })]);
      return "none";
    } catch (error) {
      return { name: error.name, status: error.$metadata.httpStatusCode, records: error.RejectedRecords.map((one) => [one.RecordIndex, one.ExistingVersion]) };
    }
  },
  async schema() {
    const Schema = { CompositePartitionKey: [{ Type: "DIMENSION", Name: "subject", EnforcementInRecord: "REQUIRED" }] };
    await records.send(new timestream.CreateTableCommand({ DatabaseName, TableName: "keyed", Schema }));
    const { Table } = await records.send(new timestream.DescribeTableCommand({ DatabaseName, TableName: "keyed" }));
    return {
      schema: JSON.stringify(Table.Schema) === JSON.stringify(Schema),
      created: Table.CreationTime instanceof Date,
      missing: await refusal(write("keyed", [record("SE")])),
      present: await refusal(write("keyed", [record("SE", { subject: "hydro" })])),
    };
  },
  missing: () => refusal(write("nowhere", [record("SE")])),
  invalid: () => refusal(write("generation", [{ ...record("SE"), Time: "noon" }])),
};

const metric = (MetricName, more) => ({ MetricName, Dimensions: [{ Name: "Client", Value: "js" }], Timestamp: new Date(), Unit: "Count", ...more });
const putMetrics = (client, MetricData) => client.send(new cloudwatch.PutMetricDataCommand({ Namespace: "Loader", MetricData }));

/** The same calls in each protocol that the client has and LocalAws understands. */
const metricsChecks = (name, client) => ({
  small: () => refusal(putMetrics(client, [
    metric(`${name}Value`, { Value: 12.5 }),
    metric(`${name}Values`, { Values: [1, 2], Counts: [3, 1], StorageResolution: 1 }),
    metric(`${name}Set`, { StatisticValues: { SampleCount: 2, Sum: 10, Minimum: 4, Maximum: 6 } }),
  ])),
  large: () => refusal(putMetrics(client, Array.from({ length: 200 }, () => metric(`${name}Large`, { Value: 1 })))),
  invalid: () => refusal(putMetrics(client, [metric(`${name}Invalid`, { Value: 1, Unit: "Rows" })])),
});

async function run(checks) {
  const seen = {};
  for (const [name, check] of Object.entries(checks)) {
    try {
      seen[name] = await check();
    } catch (error) {
      seen[name] = `failed: ${error.stack}`;
    }
  }

  return seen;
}

const query = new AwsQueryProtocol({
  defaultNamespace: "com.amazonaws.cloudwatch", xmlNamespace: "http://monitoring.amazonaws.com/doc/2010-08-01/", version: "2010-08-01",
});
console.log(JSON.stringify({
  s3: await run(s3Checks),
  timestream: await run(timestreamChecks),
  json: await run(metricsChecks("Json", new cloudwatch.CloudWatchClient(common))),
  query: await run(metricsChecks("Query", new cloudwatch.CloudWatchClient({ ...common, protocol: query }))),
}));
