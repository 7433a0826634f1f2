using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.S3;

namespace Loader.Lambda.Runtime;

/// <summary>
/// Does work of the first requests before the function asks for an event: until then, Lambda gives small functions more CPU.
/// </summary>
internal static class WarmUp
{
    /// <summary>Starts the work on other threads.</summary>
    /// <param name="usesTls">Whether requests to AWS use TLS.</param>
    /// <returns>
    /// A task that completes when the certificates are read, if requests use TLS. The rest goes on: an event that waits already is received
    /// 4 ms earlier than if it were awaited.
    /// </returns>
    public static Task RunAsync(bool usesTls)
    {
        Task openSsl = Task.Run(() => LoadOpenSsl(usesTls));
        _ = Task.Run(PrepareFirstEventAsync);
        return usesTls ? openSsl : Task.CompletedTask;
    }

    /// <summary>Loads OpenSSL, which signatures and TLS need.</summary>
    private static void LoadOpenSsl(bool usesTls)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([], hash);
        if (usesTls)
        {
            LoadRootCertificates();
        }
    }

    /// <summary>Prepares for the first request to S3.</summary>
    private static async Task PrepareFirstEventAsync()
    {
        // If this fails, so does the first request, which says why.
        await S3WarmUp.RunAsync(new AwsOptions()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Reads the certificates that TLS trusts, which is most of the time of the first handshake. The process keeps them.</summary>
    private static void LoadRootCertificates()
    {
        try
        {
            using var roots = new X509Store(StoreName.Root, StoreLocation.LocalMachine);
            roots.Open(OpenFlags.ReadOnly);
            foreach (X509Certificate2 certificate in roots.Certificates)
            {
                // The list has copies.
                certificate.Dispose();
            }
        }
        catch (CryptographicException)
        {
            // Certificates that cannot be read fail the first handshake, whose message says more.
        }
    }
}
