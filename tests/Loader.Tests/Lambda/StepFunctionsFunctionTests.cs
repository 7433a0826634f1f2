using System.Text.Json;
using Loader.LocalAws;
using Loader.LocalAws.Faults;
using Loader.LocalAws.Lambda;
using Loader.LocalAws.Timestream;

namespace Loader.Tests.Lambda;

/// <summary>The executable as the function that a state machine calls.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class StepFunctionsFunctionTests
{
    private const string Key = "dataset=generation/file.parquet";
    private const string NextInput = """{"bucket":"data","key":"dataset=generation/next.parquet"}""";
    private const string Write = "timestream:WriteRecords";

    private LocalAwsServer _server = null!;
    private LambdaProcess _function = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _server = await LocalAwsServer.StartAsync();
        _server.Timestream.CreateTable(EnergyTables.Database, EnergyTables.Generation, EnergyTables.Settings);
        _server.Timestream.CreateTable(EnergyTables.Database, EnergyTables.Consumption, EnergyTables.Settings);
        _server.S3.CreateBucket("data");
        _function = LambdaProcess.Start(
            _server, "LoadFromStepFunctions", new Dictionary<string, string> { ["MAX_RETRIES"] = "0", ["ROW_GROUPS_IN_FLIGHT"] = "1" });

        // A first start may take its time; what has a deadline comes after it.
        _server.S3.Put("data", "dataset=generation/next.parquet", SomeFiles.Generation(rows: 1));
        await _function.InvokeAsync(NextInput);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _function.DisposeAsync();
        await _server.DisposeAsync();
    }

    [SetUp]
    public void ClearFaults() => _server.Faults.Clear();

    [Test]
    public async Task A_month_of_real_load_arrives_in_its_table_whole()
    {
        string key = "dataset=consumption/year=2023/month=01/a+b.parquet";
        _server.S3.CreateBucket("data").PutFile(key, SomeFiles.RealMonth());

        LambdaResult result = await _function.InvokeAsync($$"""{"bucket":"data","key":"{{key}}"}""");

        Assert.That(DataOf(result, 200).GetProperty("records_processed").GetInt64(), Is.EqualTo(31 * 24 * 4));
        Assert.That(_server.Timestream.Table(EnergyTables.Database, EnergyTables.Consumption).Count, Is.EqualTo(31 * 24 * 4));
    }

    [Test]
    public async Task The_version_and_the_dataset_that_the_input_names_are_used()
    {
        _server.S3.Put("data", "somewhere/named.parquet", SomeFiles.Generation(rows: 3));

        LambdaResult result = await _function.InvokeAsync("""{"bucket":"data","key":"somewhere/named.parquet","dataset":"generation","version":"2030-01-01T00:00:00Z"}""");

        Assert.That(DataOf(result, 200).GetProperty("version").GetInt64(), Is.EqualTo(1_893_456_000_000));
    }

    [Test]
    public async Task The_invalid_event_exception_has_its_name() => await ExpectAsync("InvalidEventException", """{"bucket":"data"}""");

    [Test]
    public async Task The_unknown_dataset_exception_has_its_name() => await ExpectAsync("UnknownDatasetException", """{"bucket":"data","key":"no/dataset.parquet"}""");

    [Test]
    public async Task The_schema_mismatch_exception_has_its_name()
    {
        _server.S3.Put("data", Key, SomeFiles.Generation(rows: 3, columns: ", 'L1' AS line_id"));

        await ExpectAsync("SchemaMismatchException");
    }

    [Test]
    public async Task The_source_not_found_exception_has_its_name() =>
        await ExpectAsync("SourceNotFoundException", """{"bucket":"data","key":"dataset=generation/missing.parquet"}""");

    [Test]
    public async Task The_source_access_denied_exception_has_its_name()
    {
        _server.S3.Put("data", Key, SomeFiles.Generation(rows: 3));
        _server.Faults.On("s3:*").Always().AccessDenied();

        await ExpectAsync("SourceAccessDeniedException");
    }

    [Test]
    public async Task The_source_corrupt_exception_has_its_name()
    {
        _server.S3.Put("data", Key, "This is no Parquet file."u8.ToArray());

        await ExpectAsync("SourceCorruptException");
    }

    [Test]
    public async Task The_too_many_invalid_rows_exception_has_its_name()
    {
        _server.S3.Put("data", Key, SomeFiles.Generation(rows: 3, value: "NULL"));

        await ExpectAsync("TooManyInvalidRowsException");
    }

    [Test]
    public async Task The_rejected_rows_not_kept_exception_has_its_name()
    {
        _server.S3.Put("data", Key, SomeFiles.Generation(rows: 30));
        _server.Faults.On(Write).Next().RejectRecords(record => record.Time == new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero));

        await ExpectAsync("RejectedRowsNotKeptException");
    }

    [Test]
    public async Task The_destination_missing_exception_has_its_name()
    {
        _server.S3.Put("data", "dataset=transmission/file.parquet", SomeFiles.Generation(rows: 3, columns: ", 'L1' AS line_id"));

        await ExpectAsync("DestinationMissingException", """{"bucket":"data","key":"dataset=transmission/file.parquet"}""");
    }

    [Test]
    public async Task The_destination_access_denied_exception_has_its_name()
    {
        _server.S3.Put("data", Key, SomeFiles.Generation(rows: 3));
        _server.Faults.On("timestream:*").Always().AccessDenied();

        await ExpectAsync("DestinationAccessDeniedException");
    }

    [Test]
    public async Task The_destination_refused_exception_has_its_name()
    {
        _server.S3.Put("data", Key, SomeFiles.Generation(rows: 30));
        _server.Faults.On(Write).Always().RefuseRequestsWith(_ => true);

        await ExpectAsync("DestinationRefusedException");
    }

    [Test]
    public async Task The_throttled_exception_has_its_name()
    {
        _server.S3.Put("data", Key, SomeFiles.Generation(rows: 3));
        _server.Faults.On(Write).Always().ThrottleMagneticStore();

        await ExpectAsync("ThrottledException");
    }

    [Test]
    public async Task The_unavailable_exception_has_its_name()
    {
        _server.S3.Put("data", Key, SomeFiles.Generation(rows: 3));
        _server.Faults.On(Write).Always().InternalError();

        await ExpectAsync("UnavailableException");
    }

    [Test]
    public async Task The_incomplete_load_exception_has_its_name()
    {
        PutFileThatMeetsItsDeadline();

        await ExpectAsync("IncompleteLoadException", timeout: TimeSpan.FromSeconds(11));
    }

    [Test]
    public async Task The_no_progress_exception_has_its_name()
    {
        _server.S3.Put("data", Key, SomeFiles.Generation(rows: 3));
        _server.Faults.On(Write).Always().Hold(new FaultGate());

        await ExpectAsync("NoProgressException", timeout: TimeSpan.FromSeconds(7));
    }

    [Test]
    public async Task A_load_that_meets_its_deadline_is_resumed_until_the_ledger_is_complete()
    {
        PutFileThatMeetsItsDeadline();

        JsonElement first = DataOf(await _function.InvokeAsync(Input(resume: null), TimeSpan.FromSeconds(11)), 206);
        _server.Faults.Clear();
        JsonElement second = DataOf(await _function.InvokeAsync(Input(first.GetProperty("resume").GetRawText())), 200);

        Assert.That(first.GetProperty("resume").GetProperty("row_group").GetInt32(), Is.InRange(1, 2));
        Assert.That(first.GetProperty("unsettled").GetInt64(), Is.Zero);
        Assert.That(first.GetProperty("read").GetInt64() + second.GetProperty("read").GetInt64(), Is.EqualTo(3 * SomeFiles.RowGroupRows));
        Assert.That(first.GetProperty("written").GetInt64() + second.GetProperty("written").GetInt64(), Is.EqualTo(3 * SomeFiles.RowGroupRows));
        Assert.That(second.GetProperty("version").GetInt64(), Is.EqualTo(first.GetProperty("version").GetInt64()));
    }

    [Test]
    public async Task An_object_that_was_replaced_between_two_rounds_is_never_spliced()
    {
        PutFileThatMeetsItsDeadline();

        JsonElement first = DataOf(await _function.InvokeAsync(Input(resume: null), TimeSpan.FromSeconds(11)), 206);
        _server.Faults.Clear();
        _server.S3.Put("data", Key, SomeFiles.Generation(rows: 3 * SomeFiles.RowGroupRows, value: "i * 2.5"));

        await ExpectAsync("SourceChangedException", Input(first.GetProperty("resume").GetRawText()));
    }

    /// <summary>Three row groups. The first is written at once; requests after it take so long that the deadline of 11 s is met with the rest unfinished.</summary>
    private void PutFileThatMeetsItsDeadline()
    {
        _server.S3.Put("data", Key, SomeFiles.Generation(rows: 3 * SomeFiles.RowGroupRows));
        const int RequestsOfOneRowGroup = (SomeFiles.RowGroupRows + 99) / 100;
        _server.Faults.On(Write).When(call => call > RequestsOfOneRowGroup).Delay(TimeSpan.FromSeconds(7));
    }

    private static string Input(string? resume) => $$"""{"bucket":"data","key":"{{Key}}","resumable":true,"resume":{{resume ?? "null"}} }""";

    private static JsonElement DataOf(LambdaResult result, int status)
    {
        Assert.That(result.Outcome, Is.EqualTo(LambdaOutcome.Success), result.Payload);
        JsonElement answer = JsonDocument.Parse(result.Payload).RootElement;
        Assert.That(answer.GetProperty("statusCode").GetInt32(), Is.EqualTo(status), result.Payload);
        return answer.GetProperty("data");
    }

    /// <summary>The name is in the header and in the body, Step Functions sees it as it is, and the process answers the next call.</summary>
    private async Task ExpectAsync(string errorType, string? input = null, TimeSpan? timeout = null)
    {
        LambdaResult result = await _function.InvokeAsync(input ?? $$"""{"bucket":"data","key":"{{Key}}"}""", timeout);
        _server.Faults.Clear();
        LambdaResult next = await _function.InvokeAsync(NextInput);

        Assert.That(result.ErrorType, Is.EqualTo(errorType), result.Payload);
        JsonElement error = JsonDocument.Parse(result.Payload).RootElement;
        Assert.That(error.GetProperty("errorType").GetString(), Is.EqualTo(errorType));
        Assert.That(error.GetProperty("errorMessage").GetString(), Is.Not.Empty);
        Assert.That(error.TryGetProperty("stackTrace", out _), Is.False, result.Payload);
        Assert.That(DataOf(next, 200).GetProperty("written").GetInt64(), Is.EqualTo(1));
    }
}
