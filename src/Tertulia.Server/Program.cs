using Tertulia.Server.Hosting;

return await ServerRun.RunAsync(args);
