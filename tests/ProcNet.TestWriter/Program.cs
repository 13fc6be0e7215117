using ProcNet.TestWriter;

// For tests and benches of histories:
// dotnet ProcNet.TestWriter.dll FILE appends for as long as it lives, and says of each sample that it is written: to be killed
//   dotnet ProcNet.TestWriter.dll FILE DAYS PROCESSES  makes a history of so many days
switch (args)
{
    case [string file]:
        Endless.Write(file);
        return 0;
    case [string file, string days, string processes]:
        Month.Write(file, int.Parse(days), int.Parse(processes));
        return 0;
    default:
        Console.Error.WriteLine("usage: ProcNet.TestWriter FILE [DAYS PROCESSES]");
        return 2;
}
