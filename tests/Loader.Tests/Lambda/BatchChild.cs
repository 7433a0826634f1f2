using System.Text;
using System.Text.Json.Nodes;
using Loader.Application;
using Loader.Application.Ports;
using Loader.Lambda;
using Loader.Lambda.Loading;
using Loader.Lambda.Responses;
using Loader.Lambda.Runtime;
using Loader.LocalAws.Lambda;
using Loader.LocalAws.StepFunctions;
using Loader.Tests.Deploy;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;

namespace Loader.Tests.Lambda;

/// <summary>The states of a child of the backfill, from the definition that is deployed, with the function in this process.</summary>
internal sealed class BatchChild
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2024, 5, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly Functions _functions;

    public BatchChild(int filesInFlight = 1)
    {
        IOptions<LoadOptions> options = Options.Create(new LoadOptions { RowGroupsInFlight = 1, FilesInFlight = filesInFlight });
        IRejectedRowStore rejectedRows = Substitute.For<IRejectedRowStore>();
        var load = new LoadParquetFile(
            Files, Files, rejectedRows, Substitute.For<IMetricsPublisher>(), options, _time, NullLogger<LoadParquetFile>.Instance);
        _functions = new Functions(
            new ObjectLoader(new LoadParquetFiles(load, options), rejectedRows, options, "", _time, NullLogger<ObjectLoader>.Instance), Log);
    }

    public FakeFiles Files { get; } = new();

    public FakeLogger<Functions> Log { get; } = new();

    /// <summary>Gets or sets what happens to a call instead of its answer, or <see langword="null"/>: it gets the payload and may make the call.</summary>
    public Func<JsonObject, Task<LambdaResult>, LambdaResult>? Accident { get; set; }

    /// <summary>Starts a child with one batch of listed objects.</summary>
    public ChildExecution Start(string machine, params (string Key, long Size)[] objects)
    {
        JsonObject map = JsonNode.Parse(machine)!["States"]!["Load objects"]!.AsObject();
        var input = new JsonObject { ["dataset"] = null, ["version"] = null, ["from"] = null, ["to"] = null };
        JsonObject batch = MapBatches.Create(map, input, objects).Single();
        return new ChildExecution(map["ItemProcessor"]!.AsObject(), batch, InvokeAsync);
    }

    public ChildExecution Start(params string[] keys) => Start(StateMachine.BackfillText(), [.. keys.Select(key => (key, 100L))]);

    /// <summary>Calls the function as Lambda does.</summary>
    public Task<LambdaResult> InvokeAsync(string payload)
    {
        Task<LambdaResult> call = CallAsync(payload);
        return Accident is null ? call : Task.FromResult(Accident(JsonNode.Parse(payload)!.AsObject(), call));
    }

    public void Advance(TimeSpan time) => _time.Advance(time);

    private async Task<LambdaResult> CallAsync(string payload)
    {
        var context = new LambdaContext { AwsRequestId = "r-1", Deadline = _time.GetUtcNow() + TimeSpan.FromMinutes(5) };
        try
        {
            FunctionResponse response = await _functions.LoadFromStepFunctions(Json.Of(payload), context);
            return new LambdaResult(LambdaOutcome.Success, "r-1", Encoding.UTF8.GetString(ResponseJson.Serialize(response)));
        }
        catch (Exception failure)
        {
            return new LambdaResult(LambdaOutcome.FunctionError, "r-1", Encoding.UTF8.GetString(ExceptionJson.Serialize(failure)), failure.GetType().Name);
        }
    }
}
