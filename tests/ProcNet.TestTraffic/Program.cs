Console.Error.WriteLine("usage: ProcNet.TestTraffic COMMAND [OPTION ...]");
return 2;
