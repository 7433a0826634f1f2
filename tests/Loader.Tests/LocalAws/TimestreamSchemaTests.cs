namespace Loader.Tests.LocalAws;

/// <summary>Partition keys: returned as created, and enforced where required.</summary>
[TestFixture]
internal sealed class TimestreamSchemaTests : TimestreamFixture
{
    private static int _names;

    [Test]
    public async Task A_table_without_schema_is_partitioned_by_measure()
    {
        var table = NewTable();

        var answer = await Server.TimestreamAsync("DescribeTable", $$"""{"DatabaseName":"energy","TableName":"{{table.Name}}"}""");

        Assert.That(Schema(answer), Is.EqualTo("""{"CompositePartitionKey":[{"Type":"MEASURE"}]}"""));
    }

    [TestCase("""{"CompositePartitionKey":[{"Type":"DIMENSION","Name":"region","EnforcementInRecord":"REQUIRED"}]}""")]
    [TestCase("""{"CompositePartitionKey":[{"Type":"DIMENSION","Name":"region","EnforcementInRecord":"OPTIONAL"}]}""")]
    [TestCase("""{"CompositePartitionKey":[{"Type":"MEASURE"}]}""")]
    public async Task A_schema_is_returned_as_it_was_created(string schema)
    {
        var (name, created) = await CreateAsync(schema);

        var described = await Server.TimestreamAsync("DescribeTable", $$"""{"DatabaseName":"energy","TableName":"{{name}}"}""");

        Assert.That((Schema(created), Schema(described)), Is.EqualTo((schema, schema)));
    }

    [TestCase("""{"CompositePartitionKey":[]}""")]
    [TestCase("""{"CompositePartitionKey":[{"Type":"DIMENSION"}]}""")]
    [TestCase("""{"CompositePartitionKey":[{"Type":"DIMENSION","Name":"time"}]}""")]
    [TestCase("""{"CompositePartitionKey":[{"Type":"MEASURE","Name":"region"}]}""")]
    [TestCase("""{"CompositePartitionKey":[{"Type":"MEASURE","EnforcementInRecord":"REQUIRED"}]}""")]
    [TestCase("""{"CompositePartitionKey":[{"Type":"COLUMN","Name":"region"}]}""")]
    [TestCase("""{"CompositePartitionKey":[{"Name":"region"}]}""")]
    [TestCase("""{"CompositePartitionKey":[{"Type":"DIMENSION","Name":"region","EnforcementInRecord":"YES"}]}""")]
    public async Task A_schema_that_is_none_is_refused(string schema) =>
        Assert.That((await CreateAsync(schema)).Answer.Error, Is.EqualTo("ValidationException"));

    [TestCase("REQUIRED", 1)]
    [TestCase("OPTIONAL", 0)]
    public async Task A_required_key_must_be_in_every_record(string enforcement, int rejected)
    {
        var (name, _) = await CreateAsync($$"""{"CompositePartitionKey":[{"Type":"DIMENSION","Name":"subject","EnforcementInRecord":"{{enforcement}}"}]}""");
        var table = Server.Timestream.Table("energy", name);
        var with = Record().Replace("[{\"Name\":\"region\"", "[{\"Name\":\"subject\",\"Value\":\"hydro\"},{\"Name\":\"region\"", StringComparison.Ordinal);

        var answer = await WriteAsync(table, $"{with},{Record(region: "NO")}");

        Assert.That((answer.Status, table.Count), Is.EqualTo((rejected == 1 ? 419 : 200, 2 - rejected)));
        if (rejected == 1)
        {
            Assert.That(answer.RejectedIndexes, Is.EqualTo(new[] { 1 }));
            Assert.That(answer.Rejection(0).GetProperty("Reason").GetString(), Does.Contain("'subject'"));
        }
    }

    [Test]
    public async Task A_required_key_may_be_a_common_attribute()
    {
        var (name, _) = await CreateAsync("""{"CompositePartitionKey":[{"Type":"DIMENSION","Name":"subject","EnforcementInRecord":"REQUIRED"}]}""");

        var answer = await WriteAsync(
            Server.Timestream.Table("energy", name), Record(), """{"Dimensions":[{"Name":"subject","Value":"hydro"}]}""");

        Assert.That(answer.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Only_the_enforcement_of_a_key_can_change()
    {
        var (name, _) = await CreateAsync("""{"CompositePartitionKey":[{"Type":"DIMENSION","Name":"subject","EnforcementInRecord":"REQUIRED"}]}""");

        var enforcement = await UpdateAsync(name, """{"CompositePartitionKey":[{"Type":"DIMENSION","Name":"subject","EnforcementInRecord":"OPTIONAL"}]}""");
        var key = await UpdateAsync(name, """{"CompositePartitionKey":[{"Type":"DIMENSION","Name":"region","EnforcementInRecord":"OPTIONAL"}]}""");

        Assert.That((enforcement.Status, Schema(enforcement)!.Contains("OPTIONAL", StringComparison.Ordinal), key.Error), Is.EqualTo((200, true, "ValidationException")));
    }

    private static string? Schema(AwsJsonAnswer answer) => answer.Root.GetProperty("Table").GetProperty("Schema").GetRawText();

    private async Task<(string Name, AwsJsonAnswer Answer)> CreateAsync(string schema)
    {
        Server.Timestream.CreateDatabase("energy");
        var name = $"schema-{Interlocked.Increment(ref _names)}";
        return (name, await Server.TimestreamAsync("CreateTable", $$"""{"DatabaseName":"energy","TableName":"{{name}}","Schema":{{schema}}}"""));
    }

    private Task<AwsJsonAnswer> UpdateAsync(string name, string schema) =>
        Server.TimestreamAsync("UpdateTable", $$"""{"DatabaseName":"energy","TableName":"{{name}}","Schema":{{schema}}}""");
}
