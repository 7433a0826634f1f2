using Microsoft.Extensions.DependencyInjection;

namespace Loader.Tests.Cli;

internal static class ServiceReplacement
{
    /// <summary>Puts a stand-in at a port: what is there first stays.</summary>
    public static void Replace<T>(this IServiceCollection services, T standIn)
        where T : Loader.Application.Ports.IParquetSource => services.AddSingleton<Loader.Application.Ports.IParquetSource>(standIn);
}
