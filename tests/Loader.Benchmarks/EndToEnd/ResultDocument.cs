using System.Text.Json;
using System.Text.Json.Serialization;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>Everything that one run of the harness found; what was not measured is left out.</summary>
internal sealed record ResultDocument
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Gets decode, judge, order and encode on one core, without a network.</summary>
    public double? PreparedRowsPerSecond { get; init; }

    public double? PreparedCpuMicrosecondsPerRow { get; init; }

    /// <summary>Gets the whole load to the endpoint, on all cores.</summary>
    public double? DeliveredRowsPerSecond { get; init; }

    public double? DeliveredCpuMicrosecondsPerRow { get; init; }

    /// <summary>Gets the same bodies through a signed <see cref="HttpClient"/> with as many requests in flight.</summary>
    public double? FloorRowsPerSecond { get; init; }

    public double? FloorCpuMicrosecondsPerRow { get; init; }

    /// <summary>Gets the same bodies through sockets alone.</summary>
    public double? RawSocketRowsPerSecond { get; init; }

    public double? RawSocketCpuMicrosecondsPerRow { get; init; }

    public double? NaiveRowsPerSecond { get; init; }

    public double? NaiveCpuMicrosecondsPerRow { get; init; }

    /// <summary>Gets the bytes that preparing allocates, whoever allocates them.</summary>
    public double? AllocatedBytesPerRow { get; init; }

    /// <summary>Gets the bytes that the whole load allocates.</summary>
    public double? DeliveredAllocatedBytesPerRow { get; init; }

    /// <summary>Gets the endpoint's own CPU while the whole load is delivered to it.</summary>
    public double? EndpointCpuMicrosecondsPerRow { get; init; }

    public double? BodyBytesPerRow { get; init; }

    public double? WriteUnitsPer1000Rows { get; init; }

    /// <summary>Gets the write units of the same requests with nothing in common attributes.</summary>
    public double? WriteUnitsPer1000RowsPlain { get; init; }

    /// <summary>Gets the peak resident memory at 10 million rows in row groups of 122,880, or at the largest number below that was measured.</summary>
    public double? PeakMegabytes => PeakMemory?
        .Where(peak => peak.RowsPerRowGroup == Input.InputFolder.SmallRowGroup && peak.Rows <= 10_000_000)
        .MaxBy(peak => peak.Rows)?.Megabytes;

    public IReadOnlyList<Budget> Budgets => Budget.Of(this);

    public IReadOnlyList<WriteUnitResult>? WriteUnits { get; init; }

    public S3Result? S3 { get; init; }

    public IReadOnlyList<LatencyResult>? AtLatency { get; init; }

    public IReadOnlyList<PeakMemoryResult>? PeakMemory { get; init; }

    /// <summary>Gets the largest row group that fits a function of 1,769 MB.</summary>
    public PeakMemoryResult? LargestRowGroup { get; init; }

    /// <summary>Gets what the defaults of a function are chosen by.</summary>
    public IReadOnlyList<FunctionDefaultsResult>? FunctionDefaults { get; init; }

    public required int Rows { get; init; }

    public required int Rounds { get; init; }

    public required int InFlight { get; init; }

    public required Machine Machine { get; init; }

    public static ResultDocument Begin(EndToEndOptions options) => new()
    {
        Rows = options.Rows,
        Rounds = options.Rounds,
        InFlight = options.InFlight,
        Machine = Machine.Look(),
    };

    /// <summary>Adds the parts that were measured in turns.</summary>
    public ResultDocument With(IReadOnlyDictionary<string, Medians> medians, Bodies bodies)
    {
        Medians? prepared = medians.GetValueOrDefault("prepared");
        Medians? delivered = medians.GetValueOrDefault("delivered");
        Medians? floor = medians.GetValueOrDefault("floor");
        Medians? raw = medians.GetValueOrDefault("raw");
        Medians? naive = medians.GetValueOrDefault("naive");
        return this with
        {
            PreparedRowsPerSecond = prepared?.RowsPerSecond,
            PreparedCpuMicrosecondsPerRow = prepared?.CpuMicrosecondsPerRow,
            DeliveredRowsPerSecond = delivered?.RowsPerSecond,
            DeliveredCpuMicrosecondsPerRow = delivered?.CpuMicrosecondsPerRow,
            FloorRowsPerSecond = floor?.RowsPerSecond,
            FloorCpuMicrosecondsPerRow = floor?.CpuMicrosecondsPerRow,
            RawSocketRowsPerSecond = raw?.RowsPerSecond,
            RawSocketCpuMicrosecondsPerRow = raw?.CpuMicrosecondsPerRow,
            NaiveRowsPerSecond = naive?.RowsPerSecond,
            NaiveCpuMicrosecondsPerRow = naive?.CpuMicrosecondsPerRow,
            AllocatedBytesPerRow = prepared?.AllocatedBytesPerRow,
            DeliveredAllocatedBytesPerRow = delivered?.AllocatedBytesPerRow,
            EndpointCpuMicrosecondsPerRow = delivered?.EndpointCpuMicrosecondsPerRow,
            BodyBytesPerRow = bodies.Report.Effort.BytesSent / (double)bodies.Rows,
            WriteUnitsPer1000Rows = 1000.0 * bodies.Report.Effort.WriteUnits / bodies.Rows,
            WriteUnitsPer1000RowsPlain = 1000.0 * bodies.Report.Effort.WriteUnitsPlain / bodies.Rows,
        };
    }

    public string ToJson() => JsonSerializer.Serialize(this, Format);
}
