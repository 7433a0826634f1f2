namespace Loader.Application.Results;

/// <summary>How a load ended.</summary>
public enum LoadStatus
{
    /// <summary>Every row has an outcome, and few enough are invalid or rejected.</summary>
    Succeeded,

    /// <summary>The load failed.</summary>
    Failed,

    /// <summary>The load was stopped before its end and can be resumed.</summary>
    Incomplete,
}
