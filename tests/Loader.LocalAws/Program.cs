using Loader.LocalAws;

return await LocalAwsCommand.Create().Parse(args).InvokeAsync();
