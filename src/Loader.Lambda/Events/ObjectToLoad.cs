using Loader.Application;

namespace Loader.Lambda.Events;

/// <summary>An object that an event names.</summary>
/// <param name="Request">The request for the load, without a deadline.</param>
/// <param name="Size">The object's size in bytes, or <see langword="null"/> if the event does not give it.</param>
internal sealed record ObjectToLoad(LoadRequest Request, long? Size = null);
