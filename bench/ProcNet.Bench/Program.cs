using System.Text.RegularExpressions;
using ProcNet.Bench;

if (args is ["work", string work, .. string[] arguments])
{
    Works.Do(work, arguments);
    return 0;
}

if (args.Length < 2)
{
    Console.Error.WriteLine("usage: ProcNet.Bench MODULE PROGRAMS [PART]   (./build.sh Bench calls it; PART is a regular expression)");
    return 2;
}

string module = args[0];
string programs = args[1];
string part = args.Length > 2 ? args[2] : ".";
Machine.Describe(Console.Out);
foreach ((string name, Action<TextWriter> run) in Parts.All(module, programs))
{
    if (Regex.IsMatch(name, part, RegexOptions.IgnoreCase))
    {
        run(Console.Out);
        Console.Out.Flush();
    }
}

return 0;
