using Loader.LocalAws;
using Loader.LocalAws.Timestream;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.LocalAws;

[TestFixture]
internal sealed class TimestreamControlPlaneTests
{
    [Test]
    public async Task A_database_and_a_table_are_made_described_listed_and_deleted()
    {
        await using var server = await LocalAwsServer.StartAsync();

        var database = await server.TimestreamAsync("CreateDatabase", """{"DatabaseName":"energy"}""");
        await server.TimestreamAsync("CreateTable", """
            {"DatabaseName":"energy","TableName":"generation","RetentionProperties":{"MemoryStoreRetentionPeriodInHours":24,"MagneticStoreRetentionPeriodInDays":400},
             "MagneticStoreWriteProperties":{"EnableMagneticStoreWrites":true,"MagneticStoreRejectedDataLocation":{"S3Configuration":{"BucketName":"late","ObjectKeyPrefix":"p"}}}}
            """);
        var table = (await server.TimestreamAsync("DescribeTable", """{"DatabaseName":"energy","TableName":"generation"}""")).Root.GetProperty("Table");
        var list = await server.TimestreamAsync("ListTables", """{"DatabaseName":"energy"}""");
        var notEmpty = await server.TimestreamAsync("DeleteDatabase", """{"DatabaseName":"energy"}""");
        await server.TimestreamAsync("DeleteTable", """{"DatabaseName":"energy","TableName":"generation"}""");
        var gone = await server.TimestreamAsync("DescribeTable", """{"DatabaseName":"energy","TableName":"generation"}""");
        var deleted = await server.TimestreamAsync("DeleteDatabase", """{"DatabaseName":"energy"}""");

        Assert.Multiple(() =>
        {
            Assert.That(database.Root.GetProperty("Database").GetProperty("Arn").GetString(), Is.EqualTo("arn:aws:timestream:eu-west-1:123456789012:database/energy"));
            Assert.That(table.GetProperty("Arn").GetString(), Is.EqualTo("arn:aws:timestream:eu-west-1:123456789012:database/energy/table/generation"));
            Assert.That(table.GetProperty("TableStatus").GetString(), Is.EqualTo("ACTIVE"));
            Assert.That(table.GetProperty("RetentionProperties").GetProperty("MagneticStoreRetentionPeriodInDays").GetInt32(), Is.EqualTo(400));
            Assert.That(
                table.GetProperty("MagneticStoreWriteProperties").GetProperty("MagneticStoreRejectedDataLocation").GetProperty("S3Configuration").GetProperty("BucketName").GetString(),
                Is.EqualTo("late"));
            Assert.That(list.Root.GetProperty("Tables").GetArrayLength(), Is.EqualTo(1));
            Assert.That(notEmpty.Error, Is.EqualTo("ValidationException"));
            Assert.That((gone.Status, gone.Error), Is.EqualTo((404, "ResourceNotFoundException")));
            Assert.That(deleted.Status, Is.EqualTo(200));
        });
    }

    [TestCase("CreateDatabase", """{"DatabaseName":"energy"}""", 409, "ConflictException")]
    [TestCase("CreateDatabase", """{"DatabaseName":"a"}""", 400, "ValidationException")]
    [TestCase("CreateDatabase", """{"DatabaseName":"a b c"}""", 400, "ValidationException")]
    [TestCase("CreateTable", """{"DatabaseName":"energy","TableName":"generation"}""", 409, "ConflictException")]
    [TestCase("CreateTable", """{"DatabaseName":"nowhere","TableName":"generation"}""", 404, "ResourceNotFoundException")]
    [TestCase("CreateTable", """{"DatabaseName":"energy","TableName":"new","RetentionProperties":{"MemoryStoreRetentionPeriodInHours":8767,"MagneticStoreRetentionPeriodInDays":1}}""", 400, "ValidationException")]
    [TestCase("CreateTable", """{"DatabaseName":"energy","TableName":"new","RetentionProperties":{"MemoryStoreRetentionPeriodInHours":1,"MagneticStoreRetentionPeriodInDays":73001}}""", 400, "ValidationException")]
    [TestCase("ListTables", """{"MaxResults":21}""", 400, "ValidationException")]
    [TestCase("WriteRecords", """{"DatabaseName":"energy","TableName":"nowhere","Records":[{}]}""", 404, "ResourceNotFoundException")]
    [TestCase("Frobnicate", "{}", 400, "UnknownOperationException")]
    public async Task Each_refusal_has_its_name_and_status(string operation, string request, int status, string error)
    {
        await using var server = await LocalAwsServer.StartAsync();
        server.Timestream.CreateEnergyTables();

        var answer = await server.TimestreamAsync(operation, request);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((status, error)));
    }

    [TestCase(null, "MissingAuthenticationTokenException")]
    [TestCase("eu-west-1/s3", "InvalidSignatureException")]
    [TestCase("us-east-1/timestream", "InvalidSignatureException")]
    public async Task A_request_must_be_signed_for_the_service_and_region(string? scope, string error)
    {
        await using var server = await LocalAwsServer.StartAsync();

        var answer = await AwsJson.PostAsync(server.Endpoint, "Timestream_20181101.DescribeEndpoints", "{}"u8.ToArray(), scope);

        Assert.That(answer.Error, Is.EqualTo(error));
    }

    [Test]
    public async Task Endpoints_are_named_without_scheme_and_the_server_is_its_own_cell()
    {
        await using var server = await LocalAwsServer.StartAsync();

        var answer = await server.TimestreamAsync("DescribeEndpoints", "{}");

        Assert.That(answer.Text, Is.EqualTo($$"""{"Endpoints":[{"Address":"127.0.0.1:{{server.Endpoint.Port}}","CachePeriodInMinutes":1440}]}"""));
    }

    [Test]
    public async Task With_discovery_required_only_the_current_cell_takes_calls()
    {
        await using var server = await LocalAwsServer.StartAsync(new() { ExtraCells = 2, RequireDiscovery = true });
        server.Timestream.CreateEnergyTables();
        const string Describe = """{"DatabaseName":"energy","TableName":"generation"}""";

        var regional = await server.TimestreamAsync("DescribeTable", Describe);
        var cell = await server.TimestreamAsync("DescribeTable", Describe, at: server.Cells[0]);
        server.Timestream.MoveCell(server.Cells[1]);
        var left = await server.TimestreamAsync("DescribeTable", Describe, at: server.Cells[0]);
        var moved = await server.TimestreamAsync("DescribeTable", Describe, at: server.Cells[1]);
        var endpoints = await server.TimestreamAsync("DescribeEndpoints", "{}");

        Assert.Multiple(() =>
        {
            Assert.That((regional.Status, regional.Error), Is.EqualTo((404, "UnknownOperationException")));
            Assert.That(cell.Status, Is.EqualTo(200));
            Assert.That((left.Status, left.Error), Is.EqualTo((421, "InvalidEndpointException")));
            Assert.That(moved.Status, Is.EqualTo(200));
            Assert.That(endpoints.Text, Does.Contain($":{server.Cells[1].Port}\""));
        });
    }

    [Test]
    public async Task The_control_plane_takes_five_describes_a_second_when_limited()
    {
        var time = new FakeTimeProvider();
        await using var server = await LocalAwsServer.StartAsync(new() { LimitControlPlane = true, TimeProvider = time });

        var answers = new List<AwsJsonAnswer>();
        for (var i = 0; i < 6; i++)
        {
            answers.Add(await server.TimestreamAsync("DescribeEndpoints", "{}"));
        }

        time.Advance(TimeSpan.FromSeconds(1));
        answers.Add(await server.TimestreamAsync("DescribeEndpoints", "{}"));

        Assert.That(answers.Select(answer => answer.Status), Is.EqualTo(new[] { 200, 200, 200, 200, 200, 429, 200 }));
    }

    [Test]
    public async Task Discarded_writes_are_counted_and_nothing_else()
    {
        await using var server = await LocalAwsServer.StartAsync(new() { DiscardWrites = true });

        var answer = await server.TimestreamAsync("WriteRecords", """{"CommonAttributes":{"TimeUnit":"SECONDS"},"Records":[{"Time":"1"},{"Time":"2"}]}""");

        Assert.Multiple(() =>
        {
            Assert.That(answer.Ingested, Is.EqualTo(2));
            Assert.That(server.Requests.Count("timestream:WriteRecords"), Is.EqualTo(1));
            Assert.That(server.Timestream.Databases, Is.Empty);
        });
    }

    [Test]
    public async Task Requests_are_kept_with_the_table_they_were_for()
    {
        await using var server = await LocalAwsServer.StartAsync(new() { KeepBodies = true });
        server.Timestream.CreateEnergyTables();

        await server.TimestreamAsync("DescribeTable", """{"DatabaseName":"energy","TableName":"generation"}""");

        var request = server.Requests.Of("timestream:DescribeTable").Single();
        Assert.Multiple(() =>
        {
            Assert.That(request.Resource, Is.EqualTo(server.Timestream.Table(EnergyTables.Database, EnergyTables.Generation).Arn));
            Assert.That(request.Header("authorization"), Does.Contain("/timestream/"));
            Assert.That(request.Body.Length, Is.GreaterThan(10));
            Assert.That(request.Status, Is.EqualTo(200));
        });
    }
}
