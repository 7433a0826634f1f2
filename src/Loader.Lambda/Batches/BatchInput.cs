using System.Text.Json;
using Loader.Application;
using Loader.Application.Results;
using Loader.Lambda.Events;
using Loader.Lambda.Responses;

namespace Loader.Lambda.Batches;

/// <summary>The input of a Step Functions task that loads many objects: those that are left to load, and what earlier calls did.</summary>
/// <remarks>
/// A state machine calls the function again with <c>remaining</c>, <c>failed</c> and <c>totals</c> of the last response. The input of a
/// call that is repeated is therefore the same, and nothing is counted twice.
/// </remarks>
internal sealed record BatchInput
{
    /// <summary>The most items of a batch. With the limit of bytes of the state machine, the response fits in 256 KiB.</summary>
    public const int MaxItems = 1_000;

    private const string Expected =
        "{items: [{key: string, size?: number, bucket?: string, …}], options?: {bucket?: string, bytes_per_call?: number, " +
        "retry_attempts?: number, retry_interval_seconds?: number, …}, failed?: [object], totals?: object, max_items?: number, " +
        "crash?: object, final?: boolean}";

    /// <summary>Gets the items to load, in order. An object occurs once.</summary>
    public required IReadOnlyList<BatchItem> Items { get; init; }

    /// <summary>Gets the items that failed in earlier calls, as the last response had them.</summary>
    public IReadOnlyList<JsonElement> Failed { get; init; } = [];

    /// <summary>Gets the totals of earlier calls.</summary>
    public BatchTotals Totals { get; init; } = new();

    /// <summary>
    /// Gets the size of the objects that a call begins, in bytes. The first object is begun whatever its size. Default: unlimited.
    /// </summary>
    public long BytesPerCall { get; init; } = long.MaxValue;

    /// <summary>Gets the number of objects that a call begins. Default: unlimited.</summary>
    public long MaxItemsPerCall { get; init; } = long.MaxValue;

    /// <summary>Gets the number of retries of an object after a transient failure. Default: 6.</summary>
    public long RetryAttempts { get; init; } = 6;

    /// <summary>Gets the delay before the first retry in seconds; it doubles with each retry. Default: 30.</summary>
    public long RetryIntervalSeconds { get; init; } = 30;

    /// <summary>Gets the error that ended the process while it loaded the first item alone, or <see langword="null"/>.</summary>
    public JsonElement? Crash { get; init; }

    /// <summary>Gets a value indicating whether the call throws if an object fails.</summary>
    public bool IsFinal { get; init; }

    /// <summary>Returns whether an input is a batch. An input that names an object itself is not one.</summary>
    public static bool IsBatch(JsonElement element) => element.MemberOrNull("items") is not null && element.MemberOrNull("key") is null;

    /// <summary>Reads the input.</summary>
    /// <exception cref="InvalidEventException">The input is no batch. An item that is invalid fails alone.</exception>
    public static BatchInput Read(JsonElement element)
    {
        JsonElement items = ArrayOf(element, "items")!.Value;
        if (items.GetArrayLength() > MaxItems)
        {
            throw Invalid($"'items' has more than {MaxItems} items", element);
        }

        JsonElement options = ObjectOf(element, "options") ?? element;
        return new BatchInput
        {
            Items = [.. items.EnumerateArray().Select(item => BatchItem.Read(item, options)).DistinctBy(item => item.Identity)],
            Failed = ArrayOf(element, "failed") is { } failed ? [.. failed.EnumerateArray()] : [],
            Totals = ObjectOf(element, "totals") is { } totals ? ReadTotals(totals) : new BatchTotals(),
            BytesPerCall = NumberOf(options, "bytes_per_call", minimum: 1, element) ?? long.MaxValue,
            MaxItemsPerCall = NumberOf(element, "max_items", minimum: 1, element) ?? long.MaxValue,
            RetryAttempts = NumberOf(options, "retry_attempts", minimum: 0, element) ?? 6,
            RetryIntervalSeconds = NumberOf(options, "retry_interval_seconds", minimum: 1, element) ?? 30,
            Crash = ObjectOf(element, "crash"),
            IsFinal = element.MemberOrNull("final")?.ValueKind switch
            {
                null or JsonValueKind.False => false,
                JsonValueKind.True => true,
                _ => throw Invalid("'final' must be true or false", element),
            },
        };
    }

    /// <summary>Reads the totals of an earlier response; a member that is missing is 0.</summary>
    private static BatchTotals ReadTotals(JsonElement element)
    {
        return new BatchTotals
        {
            Rounds = Count("rounds"),
            FilesLoaded = Count("files_loaded"),
            FilesSkipped = Count("files_skipped"),
            FilesFailed = Count("files_failed"),
            SkippedByReason = element.ObjectOrNull("skipped_by_reason")?.EnumerateObject()
                .Where(reason => reason.Value.ValueKind == JsonValueKind.Number)
                .ToDictionary(reason => reason.Name, reason => reason.Value.GetInt64(), StringComparer.Ordinal) ?? [],
            Read = Count("read"),
            Written = Count("written"),
            Superseded = Count("superseded"),
            Duplicate = Count("duplicate"),
            Invalid = Count("invalid"),
            Rejected = Count("rejected"),
            Unsettled = Count("unsettled"),
            Filtered = Count("filtered"),
            BatchesProcessed = Count("batches_processed"),
            BytesRead = Count("bytes_read"),
            Throttles = Count("throttles"),
            Retries = Count("retries"),
        };

        long Count(string name) => element.IntegerOrNull(name) ?? 0;
    }

    private static JsonElement? ArrayOf(JsonElement element, string name) => element.MemberOrNull(name) is not { } member ? null
        : member.ValueKind == JsonValueKind.Array ? member
        : throw Invalid($"'{name}' must be an array", element);

    private static JsonElement? ObjectOf(JsonElement element, string name) => element.MemberOrNull(name) is not { } member ? null
        : member.ValueKind == JsonValueKind.Object ? member
        : throw Invalid($"'{name}' must be an object", element);

    private static long? NumberOf(JsonElement owner, string name, long minimum, JsonElement root) =>
        owner.MemberOrNull(name) is null ? null
        : owner.IntegerOrNull(name) is { } number && number >= minimum ? number
        : throw Invalid($"'{name}' must be a whole number of {minimum} or more", root);

    private static InvalidEventException Invalid(string fault, JsonElement element) =>
        new($"The input is invalid: {fault}. Expected {Expected}; found {EventShape.Describe(element)}.");
}

/// <summary>One item of a batch: an object to load, or why the item names none.</summary>
/// <param name="Source">The JSON of the item.</param>
internal sealed record BatchItem(JsonElement Source)
{
    /// <summary>Gets the request, or <see langword="null"/> if the item is invalid.</summary>
    public LoadRequest? Request { get; init; }

    /// <summary>Gets why the item is invalid, or <see langword="null"/>.</summary>
    public LoadException? Fault { get; init; }

    /// <summary>Gets the size of the object in bytes, or 0 if the item does not say it.</summary>
    public long Size { get; init; }

    /// <summary>Gets the number of transient failures of the object so far.</summary>
    public int Attempts { get; init; }

    /// <summary>Gets the name of the object for messages; empty if the item is invalid.</summary>
    public string Name => Request?.File.ToString() ?? "";

    /// <summary>Gets what makes two items the same. Every invalid item is another one.</summary>
    public object Identity => Request?.File ?? new object();

    /// <summary>Reads an item.</summary>
    /// <param name="element">The item.</param>
    /// <param name="options">The members that the item need not have.</param>
    public static BatchItem Read(JsonElement element, JsonElement options)
    {
        var item = new BatchItem(element)
        {
            Size = Math.Max(element.IntegerOrNull("size") ?? 0, 0),
            Attempts = (int)Math.Clamp(element.IntegerOrNull("attempts") ?? 0, 0, 1_000),
        };
        try
        {
            return item with { Request = StepFunctionsInput.Read(element, options).Request };
        }
        catch (LoadException fault)
        {
            return item with { Fault = fault };
        }
    }
}
