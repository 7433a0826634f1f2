using System.Buffers;
using System.Globalization;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Loader.Benchmarks.Input;
using Loader.Domain;
using Loader.Infrastructure.Planning;
using Loader.Infrastructure.Timestream.Encoding;
using Loader.Infrastructure.Timestream.Planning;

namespace Loader.Benchmarks.HotLoops;

/// <summary>Encoding a row group, ordered already, as requests of 100 records.</summary>
public class EncodeBenchmarks
{
    private const int RecordsPerRequest = 100;

    private readonly TimestreamEncoder _encoder = new("energy", "generation");
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private MeasurementBatch _batch = null!;
    private WritePlan<PreparedSeries> _plan = null!;

    [Params(ShapeName.Interleaved, ShapeName.ShortSeries)]
    public ShapeName Shape { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        await using RowGroupSample sample = await RowGroupSample.CreateAsync(Shape == ShapeName.Interleaved ? InputShape.Interleaved : InputShape.ShortSeries);
        _batch = sample.Batch();
        MeasurementRules.Validate(_batch, DestinationLimits.None);
        _plan = WritePlan.Create(_batch, new SeriesTable());
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _plan.Dispose();
        _batch.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = RowGroupSample.Rows, Description = "loader: spans, prepared series")]
    public long Loader()
    {
        long bytes = 0;
        for (int start = 0; start < _plan.Count; start += RecordsPerRequest)
        {
            bytes += _encoder.Encode(_plan, start, Math.Min(RecordsPerRequest, _plan.Count - start)).Body.Length;
        }

        return bytes;
    }

    /// <summary>The same records from the same columns with the platform's writer, nothing in common attributes.</summary>
    [Benchmark(OperationsPerInvoke = RowGroupSample.Rows, Description = "alternative: Utf8JsonWriter")]
    public long JsonWriter()
    {
        long bytes = 0;
        using var json = new Utf8JsonWriter(_buffer);
        for (int start = 0; start < _plan.Count; start += RecordsPerRequest)
        {
            _buffer.ResetWrittenCount();
            json.Reset();
            json.WriteStartObject();
            json.WriteString("DatabaseName"u8, "energy"u8);
            json.WriteString("TableName"u8, "generation"u8);
            json.WriteStartArray("Records"u8);
            foreach (int row in _plan.RowIndices.Slice(start, Math.Min(RecordsPerRequest, _plan.Count - start)))
            {
                WriteRecord(json, row);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.Flush();
            bytes += _buffer.WrittenCount;
        }

        return bytes;
    }

    /// <summary>An object a record and the platform's serializer.</summary>
    [Benchmark(OperationsPerInvoke = RowGroupSample.Rows, Description = "alternative: objects, JsonSerializer")]
    public long Objects()
    {
        long bytes = 0;
        for (int start = 0; start < _plan.Count; start += RecordsPerRequest)
        {
            var records = new List<object>(RecordsPerRequest);
            foreach (int row in _plan.RowIndices.Slice(start, Math.Min(RecordsPerRequest, _plan.Count - start)))
            {
                records.Add(RecordOf(_batch[row]));
            }

            bytes += JsonSerializer.SerializeToUtf8Bytes(new { DatabaseName = "energy", TableName = "generation", Records = records }).Length;
        }

        return bytes;
    }

    private static object RecordOf(EnergyMeasurement row) => new
    {
        Dimensions = row.Series.Dimensions.Select(dimension => new { dimension.Name, dimension.Value }).ToList(),
        MeasureName = "value",
        MeasureValue = row.Value.ToString("R", CultureInfo.InvariantCulture),
        MeasureValueType = "DOUBLE",
        Time = row.Time.ToString(CultureInfo.InvariantCulture),
        TimeUnit = "NANOSECONDS",
        row.Version,
    };

    private void WriteRecord(Utf8JsonWriter json, int row)
    {
        Span<byte> text = stackalloc byte[32];
        json.WriteStartObject();
        json.WriteStartArray("Dimensions"u8);
        foreach (Dimension dimension in _batch.SeriesById[_batch.SeriesIds[row]].Dimensions)
        {
            json.WriteStartObject();
            json.WriteString("Name"u8, dimension.Name);
            json.WriteString("Value"u8, dimension.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("MeasureName"u8, "value"u8);
        _batch.Values[row].TryFormat(text, out int written, default, CultureInfo.InvariantCulture);
        json.WriteString("MeasureValue"u8, text[..written]);
        json.WriteString("MeasureValueType"u8, "DOUBLE"u8);
        _batch.Times[row].TryFormat(text, out written, default, CultureInfo.InvariantCulture);
        json.WriteString("Time"u8, text[..written]);
        json.WriteString("TimeUnit"u8, "NANOSECONDS"u8);
        json.WriteNumber("Version"u8, _batch.VersionOf(row));
        json.WriteEndObject();
    }
}
