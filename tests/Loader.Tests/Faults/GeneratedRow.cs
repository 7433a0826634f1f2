namespace Loader.Tests.Faults;

/// <summary>A row of a generated file of the generation dataset, as its columns say it; a null is a null of the file.</summary>
internal sealed record GeneratedRow(DateTime? Time, string? Region, string? Source, string? QualityFlag, double? Value)
{
    /// <summary>Gets a value indicating whether the row is fit to be stored.</summary>
    public bool IsValid => Time is not null && !string.IsNullOrEmpty(Region) && !string.IsNullOrEmpty(Source) && Value is { } value && double.IsFinite(value);

    /// <summary>Gets what tells one stored record from another.</summary>
    public RecordIdentity Identity => new(Time!.Value, Region!, Source!, QualityFlag);
}
