using System.Text.Json;
using System.Text.Json.Serialization;
using Loader.Domain;

namespace Loader.Application.Results;

/// <summary>
/// Writes a report as the JSON object that <c>loader load --json</c> has in <c>files</c>: <c>docs/load-output.schema.json</c>.
/// </summary>
/// <remarks>A report cannot be read back: its failure is an exception.</remarks>
internal sealed class LoadReportJson : JsonConverter<LoadReport>
{
    /// <inheritdoc/>
    public override LoadReport Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("The report of a load can be written as JSON, and cannot be read.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, LoadReport value, JsonSerializerOptions options)
    {
        Ledger ledger = value.Ledger;
        writer.WriteStartObject();
        writer.WriteString("file", value.File.ToString());
        writer.WriteString("dataset", value.Dataset?.Name);
        writer.WriteString("status", value.Status.ToName());
        writer.WriteNumber("read", ledger.Read);
        writer.WriteNumber("written", ledger.Written);
        writer.WriteNumber("superseded", ledger.Superseded);
        writer.WriteNumber("duplicate", ledger.Duplicate);
        writer.WriteNumber("invalid", ledger.Invalid);
        writer.WriteNumber("rejected", ledger.Rejected);
        writer.WriteNumber("unsettled", ledger.Unsettled);
        writer.WriteNumber("filtered", ledger.Filtered);
        writer.WriteNumber("batches", value.Effort.Requests);
        writer.WriteNumber("bytes_read", value.BytesRead);
        writer.WriteNumber("elapsed_ms", (long)value.Elapsed.TotalMilliseconds);
        writer.WriteString("rejected_rows", value.RejectedRowsLocation);
        writer.WriteString("error", value.Failure?.Message);
        writer.WriteString("error_type", value.Failure?.GetType().Name);
        Write(writer, "invalid_by_reason", value.InvalidByReason);
        Write(writer, "filtered_by_reason", value.FilteredByReason);
        writer.WriteNumber("conflicting_duplicates", value.ConflictingDuplicates);
        writer.WriteString("mapping", value.Mapping?.Name);
        writer.WriteString("mapping_sha256", value.Mapping?.Sha256);
        writer.WriteNumber("ambiguous_times", value.AmbiguousTimes);
        if (value.Resume is { } resume)
        {
            writer.WriteNumber("resume_row_group", resume.RowGroup);
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, IReadOnlyDictionary<RejectionReason, long> counts)
    {
        writer.WriteStartObject(name);
        foreach ((RejectionReason reason, long count) in counts)
        {
            writer.WriteNumber(reason.ToString(), count);
        }

        writer.WriteEndObject();
    }
}
