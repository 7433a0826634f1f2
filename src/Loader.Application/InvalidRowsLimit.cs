using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Application;

/// <summary>Ends a load as failed where more of its rows are invalid or rejected than <see cref="LoadOptions.MaxInvalidPercent"/> allows.</summary>
internal static class InvalidRowsLimit
{
    /// <summary>Judges a load that wrote all that could be written.</summary>
    /// <param name="report">Its report.</param>
    /// <param name="options">The share that is allowed.</param>
    /// <returns>The failure, where more rows are invalid or rejected than that.</returns>
    public static TooManyInvalidRowsException? Exceeded(LoadReport report, LoadOptions options)
    {
        long bad = report.Ledger.Invalid + report.Ledger.Rejected;
        if (bad * 100.0 <= options.MaxInvalidPercent * report.Ledger.Read)
        {
            return null;
        }

        string reasons = string.Join(", ", report.InvalidByReason.Select(pair => $"{pair.Value} {pair.Key}"));
        string kept = report.RejectedRows is { } place ? $" They are kept under {PlainText.Escape(place)}." : "";
        return new TooManyInvalidRowsException(
            $"{bad} of {report.Ledger.Read} rows of {PlainText.Escape(report.File.ToString())} are invalid or rejected, more than MAX_INVALID_PERCENT = {options.MaxInvalidPercent:0.##} allows" +
            $"{(reasons.Length > 0 ? $" ({reasons}; {report.Ledger.Rejected} rejected)" : "")}. All other rows are stored.{kept}")
        {
            File = report.File,
        };
    }
}
