using Loader.LocalAws.Http;

namespace Loader.LocalAws.Timestream;

/// <summary>WriteRecords: checks the model constraints, merges common attributes, then stores record by record.</summary>
internal sealed class WriteRecordsOperation(TimestreamState state)
{
    private const int MaxRecords = 100;

    public Reply Handle(ServiceCall call)
    {
        using var document = JsonMembers.Parse(call.Body);
        var root = document.RootElement;
        var database = JsonMembers.Text(root, "DatabaseName"u8);
        var tableName = JsonMembers.Text(root, "TableName"u8);
        NameRules.RequireResourceName(database, "databaseName");
        NameRules.RequireResourceName(tableName, "tableName");

        // protocols 1.4: Records 1..100.
        var list = JsonMembers.List(root, "Records"u8) ?? throw TimestreamError.Constraint("records", "Member must not be null");
        var count = list.GetArrayLength();
        if (count is 0 or > MaxRecords)
        {
            throw TimestreamError.Constraint("records", count == 0
                ? "Member must have length greater than or equal to 1"
                : "Member must have length less than or equal to 100");
        }

        var common = JsonMembers.Structure(root, "CommonAttributes"u8) is { } attributes ? RecordFields.Read(attributes, RecordPath.Common) : null;
        var table = RequireTable(call, database!, tableName!);
        long bytes = common is null ? 0 : Metering.SentBytes(common, common.Type ?? MeasureValueType.Double);
        var records = new WriteRecord[count];
        var index = 0;
        foreach (var element in list.EnumerateArray())
        {
            var own = RecordFields.Read(element, new RecordPath(index));
            var record = RecordMerge.Merge(common, own);
            bytes += Metering.SentBytes(own, record.Type);
            records[index++] = record;
        }

        RefusePoison(call, records);
        var result = table.Write(records, call.RecordFaults);
        var ingested = result.Memory + result.Magnetic;
        state.CountWrite(ingested, result.Rejected.Count, bytes);
        return result.Rejected.Count > 0 ? TimestreamError.Rejected(call, result.Rejected) : Ingested(call, result);
    }

    private static void RefusePoison(ServiceCall call, WriteRecord[] records)
    {
        if (call.RecordFaults is { } faults && records.Select(faults.Poison).FirstOrDefault(reason => reason is not null) is { } reason)
        {
            throw TimestreamError.Validation(reason);
        }
    }

    // protocols 1.4: RecordsIngested of the response.
    private static Reply Ingested(ServiceCall call, WriteResult result) => JsonReply.Ok(call, json =>
    {
        json.WriteStartObject("RecordsIngested");
        json.WriteNumber("Total", result.Memory + result.Magnetic);
        json.WriteNumber("MemoryStore", result.Memory);
        json.WriteNumber("MagneticStore", result.Magnetic);
        json.WriteEndObject();
    });

    private TimestreamTable RequireTable(ServiceCall call, string database, string name)
    {
        call.Resource = state.TableArn(database, name);
        return state.FindTable(database, name) ?? throw TimestreamError.NotFound(
            state.FindDatabase(database) is null ? $"The database {database} does not exist." : $"The table {name} does not exist.");
    }
}
