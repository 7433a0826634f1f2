using Loader.Application;

namespace Loader.Lambda.Events;

/// <summary>An object that an event names.</summary>
/// <param name="Request">What to load, without a deadline.</param>
/// <param name="Size">The object's size in bytes, where the event says it.</param>
internal sealed record ObjectToLoad(LoadRequest Request, long? Size = null);
