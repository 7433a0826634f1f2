namespace Loader.Domain;

/// <summary>One row of a batch, as a value: for rules, messages and tests, not for loops over millions.</summary>
/// <param name="Row">The row's index in its row group, from 0.</param>
/// <param name="Time">The time in <paramref name="TimeUnit"/> since 1970-01-01T00:00:00Z, or <see cref="MeasurementBatch.MissingTime"/>.</param>
/// <param name="TimeUnit">The unit of <paramref name="Time"/>.</param>
/// <param name="Value">The value in the series' unit; NaN when missing.</param>
/// <param name="Series">The series.</param>
/// <param name="Version">The version of the record.</param>
/// <param name="Verdict">Why the row is not stored, or <see cref="RejectionReason.None"/>.</param>
public readonly record struct EnergyMeasurement(
    int Row, long Time, TimeUnit TimeUnit, double Value, Series Series, long Version, RejectionReason Verdict);
