using ProcNet.Host;

if (args is not ["--module", var module, "--", var command])
{
    Console.Error.WriteLine("usage: ProcNet.Host --module DIR -- COMMAND");
    return ExitCodes.Usage;
}

using var runner = new CommandRunner(new ConsoleHost());
return runner.Run(module, command);
