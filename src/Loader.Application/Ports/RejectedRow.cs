using Loader.Domain;

namespace Loader.Application.Ports;

/// <summary>A row that is not stored, and why.</summary>
/// <param name="Row">The row's index in its row group, from 0.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Detail">The destination's own words; <see langword="null"/> for rows that were judged before sending.</param>
public readonly record struct RejectedRow(int Row, RejectionReason Reason, string? Detail = null);
