using Loader.LocalAws;

await using var server = await LocalAwsServer.StartAsync();
Console.WriteLine(server.Endpoint);
