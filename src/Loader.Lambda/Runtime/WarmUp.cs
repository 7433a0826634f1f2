using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Loader.Lambda.Runtime;

/// <summary>
/// Does work of the first requests before the function asks for an event: until then, Lambda gives small functions more CPU.
/// </summary>
internal static class WarmUp
{
    /// <summary>Starts the work on another thread.</summary>
    /// <param name="usesTls">Whether requests to AWS use TLS.</param>
    /// <returns>A task that completes when the work is done.</returns>
    public static Task RunAsync(bool usesTls) => Task.Run(() =>
    {
        // Loads OpenSSL, which signatures and TLS need.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([], hash);
        if (usesTls)
        {
            LoadRootCertificates();
        }
    });

    /// <summary>Reads the certificates that TLS trusts, which is most of the time of the first handshake. The process keeps them.</summary>
    private static void LoadRootCertificates()
    {
        using var roots = new X509Store(StoreName.Root, StoreLocation.LocalMachine);
        roots.Open(OpenFlags.ReadOnly);
        foreach (X509Certificate2 certificate in roots.Certificates)
        {
            // The list has copies.
            certificate.Dispose();
        }
    }
}
