using Loader.LocalAws.Http;
using Loader.LocalAws.Timestream.Queries;

namespace Loader.LocalAws.Timestream;

/// <summary>Timestream Write and the operation Query of Timestream Query: checks signature scope and cell, then dispatches the operation.</summary>
internal sealed class TimestreamService(TimestreamState state, LocalAwsOptions options)
{
    private readonly WriteRecordsOperation _writeRecords = new(state);
    private readonly QueryOperation _query = new(state);
    private readonly ControlPlane _controlPlane = new(state, options);
    private readonly ControlPlaneRate? _rate = options.LimitControlPlane ? new(options.TimeProvider) : null;

    public Reply Handle(ServiceCall call)
    {
        SigningScope.Require(call, "timestream", options.Region); // protocols 1.1: signing name timestream.
        var operation = call.Operation["timestream:".Length..];
        if (operation is not "DescribeEndpoints" && options.RequireDiscovery)
        {
            RequireCell(call);
        }

        if (operation is "WriteRecords")
        {
            return _writeRecords.Handle(call);
        }

        if (operation is "Query")
        {
            return _query.Handle(call);
        }

        _rate?.Require(operation);
        return _controlPlane.Handle(call, operation);
    }

    private void RequireCell(ServiceCall call)
    {
        var host = call.Http.Request.Host.Value;
        if (string.Equals(host, state.CurrentCell.Authority, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        // field 2.9: the regional host knows only DescribeEndpoints; protocols 1.3: a cell that moved responds with 421.
        throw string.Equals(host, state.RegionalAuthority, StringComparison.OrdinalIgnoreCase)
            ? new ServiceException(404, "UnknownOperationException", "The operation is not known to this endpoint.")
            : TimestreamError.InvalidEndpoint();
    }
}
