using Microsoft.Extensions.DependencyInjection;

namespace Loader.Tests.Cli;

internal static class ServiceReplacement
{
    /// <summary>Registers a substitute for a port. The loader's own registration does not replace it.</summary>
    public static void Replace<T>(this IServiceCollection services, T standIn)
        where T : Loader.Application.Ports.IParquetSource => services.AddSingleton<Loader.Application.Ports.IParquetSource>(standIn);
}
