using Loader.LocalAws.Http;
using Loader.LocalAws.Timestream;

namespace Loader.LocalAws.Faults;

internal abstract record FaultAction(string Name);

/// <summary>Responds without calling the service.</summary>
internal sealed record RespondInstead(string Name, Func<ServiceCall, Reply> Respond) : FaultAction(Name);

/// <summary>Runs before the service handles the call.</summary>
internal sealed record RunBefore(string Name, Func<ServiceCall, CancellationToken, Task> Act) : FaultAction(Name);

/// <summary>Runs after the service handled the call, before the first byte of its response.</summary>
internal sealed record RunAfter(string Name, Func<ServiceCall, CancellationToken, Task> Act) : FaultAction(Name);

/// <summary>Resets the connection, before or after the service handles the call.</summary>
internal sealed record ResetConnection(string Name, bool AfterStore) : FaultAction(Name);

/// <summary>Sends only part of the body that Content-Length announces.</summary>
internal sealed record TruncateResponse(string Name, long KeepBytes) : FaultAction(Name);

/// <summary>Rejects records that satisfy the predicate: either the record alone, or its whole request.</summary>
internal sealed record RefuseRecords(string Name, Func<WriteRecord, bool> Predicate, string Reason, bool WholeRequest, long? ExistingVersion)
    : FaultAction(Name);
