using Loader.LocalAws.Http;
using Loader.LocalAws.Timestream;

namespace Loader.LocalAws.Faults;

internal abstract record FaultAction(string Name);

/// <summary>The service is not asked; this is the answer.</summary>
internal sealed record AnswerInstead(string Name, Func<ServiceCall, Reply> Answer) : FaultAction(Name);

/// <summary>Something happens before the service works.</summary>
internal sealed record RunBefore(string Name, Func<ServiceCall, CancellationToken, Task> Act) : FaultAction(Name);

/// <summary>Something happens between the service's work and the first byte of its answer.</summary>
internal sealed record RunAfter(string Name, Func<ServiceCall, CancellationToken, Task> Act) : FaultAction(Name);

/// <summary>The connection breaks, before or after the service did its work.</summary>
internal sealed record ResetConnection(string Name, bool AfterStore) : FaultAction(Name);

/// <summary>Only so many bytes of the announced body arrive.</summary>
internal sealed record TruncateAnswer(string Name, long KeepBytes) : FaultAction(Name);

/// <summary>Records that satisfy the predicate are refused: alone, or with their whole request.</summary>
internal sealed record RefuseRecords(string Name, Func<WriteRecord, bool> Predicate, string Reason, bool WholeRequest, long? ExistingVersion)
    : FaultAction(Name);
