using System.Text.Json;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.Timestream;

/// <summary>DescribeEndpoints and the operations on databases and tables (protocols 1.4).</summary>
internal sealed class ControlPlane(TimestreamState state, LocalAwsOptions options)
{
    private const int MaxDatabases = 500; // protocols 1.6.
    private const int MaxTables = 50_000; // protocols 1.6.
    private const int PageSize = 20; // protocols 1.4: MaxResults 1..20.

    public Reply Handle(ServiceCall call, string operation)
    {
        using var document = JsonMembers.Parse(call.Body);
        var request = document.RootElement;
        return operation switch
        {
            "DescribeEndpoints" => DescribeEndpoints(call),
            "CreateDatabase" => CreateDatabase(call, request),
            "DescribeDatabase" => JsonReply.Ok(call, json => ControlPlaneJson.Database(json, RequireDatabase(call, request))),
            "UpdateDatabase" => UpdateDatabase(call, request),
            "DeleteDatabase" => DeleteDatabase(call, request),
            "ListDatabases" => ListDatabases(call, request),
            "CreateTable" => CreateTable(call, request),
            "DescribeTable" => JsonReply.Ok(call, json => ControlPlaneJson.Table(json, RequireTable(call, request))),
            "UpdateTable" => UpdateTable(call, request),
            "DeleteTable" => DeleteTable(call, request),
            "ListTables" => ListTables(call, request),
            _ => throw new ServiceException(400, "UnknownOperationException", $"The operation {operation} is not known."),
        };
    }

    // protocols 1.2 and 1.3: the response names the cell, without a scheme, and how long it may be cached.
    private Reply DescribeEndpoints(ServiceCall call)
    {
        call.Resource = "*";
        return JsonReply.Ok(call, json =>
        {
            json.WriteStartArray("Endpoints");
            json.WriteStartObject();
            json.WriteString("Address", state.CurrentCell.Authority);
            json.WriteNumber("CachePeriodInMinutes", state.CachePeriodInMinutes);
            json.WriteEndObject();
            json.WriteEndArray();
        });
    }

    private Reply CreateDatabase(ServiceCall call, JsonElement request)
    {
        var name = Name(request, "DatabaseName"u8, "databaseName");
        if (state.FindDatabase(name) is not null)
        {
            throw TimestreamError.Conflict($"The database {name} already exists.");
        }

        if (state.Databases.Count >= MaxDatabases)
        {
            throw TimestreamError.Quota("The account has 500 databases.");
        }

        var database = state.CreateDatabase(name);
        database.KmsKeyId = JsonMembers.Text(request, "KmsKeyId"u8) ?? database.KmsKeyId;
        call.Resource = database.Arn;
        return JsonReply.Ok(call, json => ControlPlaneJson.Database(json, database));
    }

    private Reply UpdateDatabase(ServiceCall call, JsonElement request)
    {
        var database = RequireDatabase(call, request);
        database.KmsKeyId = JsonMembers.Text(request, "KmsKeyId"u8) ?? throw TimestreamError.Constraint("kmsKeyId", "Member must not be null");
        database.LastUpdatedTime = options.TimeProvider.GetUtcNow();
        return JsonReply.Ok(call, json => ControlPlaneJson.Database(json, database));
    }

    private Reply DeleteDatabase(ServiceCall call, JsonElement request)
    {
        var database = RequireDatabase(call, request);
        if (!database.Stored.IsEmpty)
        {
            throw TimestreamError.Validation("The database cannot be deleted: delete its tables first.");
        }

        state.DropDatabase(database.Name);
        return JsonReply.Ok(call, static _ => { });
    }

    private Reply CreateTable(ServiceCall call, JsonElement request)
    {
        var database = RequireDatabase(call, request);
        var name = Name(request, "TableName"u8, "tableName");
        if (database.Stored.ContainsKey(name))
        {
            throw TimestreamError.Conflict($"The table {name} already exists.");
        }

        if (state.Databases.Sum(other => other.Stored.Count) >= MaxTables)
        {
            throw TimestreamError.Quota("The account has 50000 tables.");
        }

        var table = state.CreateTable(database.Name, name, TableSettingsJson.Read(request, options.DefaultTable));
        call.Resource = table.Arn;
        return JsonReply.Ok(call, json => ControlPlaneJson.Table(json, table));
    }

    private Reply UpdateTable(ServiceCall call, JsonElement request)
    {
        var table = RequireTable(call, request);
        var settings = TableSettingsJson.Read(request, table.Settings);
        if (!settings.PartitionKey.Select(key => (key.Type, key.Name)).SequenceEqual(table.Settings.PartitionKey.Select(key => (key.Type, key.Name))))
        {
            throw TimestreamError.Validation("The names, types and order of the partition keys of a table cannot be changed.");
        }

        table.Update(settings);
        return JsonReply.Ok(call, json => ControlPlaneJson.Table(json, table));
    }

    private Reply DeleteTable(ServiceCall call, JsonElement request)
    {
        var table = RequireTable(call, request);
        table.Database.Stored.TryRemove(table.Name, out _);
        return JsonReply.Ok(call, static _ => { });
    }

    private Reply ListDatabases(ServiceCall call, JsonElement request)
    {
        var (page, next) = Page(state.Databases, database => database.Name, request);
        call.Resource = "*";
        return JsonReply.Ok(call, json => ControlPlaneJson.Databases(json, page, next));
    }

    private Reply ListTables(ServiceCall call, JsonElement request)
    {
        var tables = JsonMembers.Text(request, "DatabaseName"u8) is null
            ? state.Databases.SelectMany(database => database.Tables)
            : RequireDatabase(call, request).Tables;
        var (page, next) = Page([.. tables], table => table.Arn, request);
        return JsonReply.Ok(call, json => ControlPlaneJson.Tables(json, page, next));
    }

    private static (List<T> Page, string? Next) Page<T>(IReadOnlyList<T> all, Func<T, string> key, JsonElement request)
    {
        var size = JsonMembers.Number(request, "MaxResults"u8) ?? PageSize;
        if (size is < 1 or > PageSize)
        {
            throw TimestreamError.Constraint("maxResults", "Member must have value between 1 and 20");
        }

        var after = JsonMembers.Text(request, "NextToken"u8);
        var rest = all.Where(item => after is null || string.CompareOrdinal(key(item), after) > 0).ToList();
        var page = rest.Take((int)size).ToList();
        return (page, rest.Count > page.Count ? key(page[^1]) : null);
    }

    private static string Name(JsonElement request, ReadOnlySpan<byte> member, string path)
    {
        var name = JsonMembers.Text(request, member);
        NameRules.RequireResourceName(name, path);
        return name!;
    }

    private TimestreamDatabase RequireDatabase(ServiceCall call, JsonElement request)
    {
        var name = Name(request, "DatabaseName"u8, "databaseName");
        call.Resource = state.DatabaseArn(name);
        return state.FindDatabase(name) ?? throw TimestreamError.NotFound($"The database {name} does not exist.");
    }

    private TimestreamTable RequireTable(ServiceCall call, JsonElement request)
    {
        var database = RequireDatabase(call, request);
        var name = Name(request, "TableName"u8, "tableName");
        call.Resource = state.TableArn(database.Name, name);
        return database.Stored.GetValueOrDefault(name) ?? throw TimestreamError.NotFound($"The table {name} does not exist.");
    }
}
