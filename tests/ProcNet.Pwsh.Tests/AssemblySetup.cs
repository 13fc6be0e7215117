using Xunit.Sdk;
using Xunit.v3;

// Each test starts a pwsh that measures: one at a time, so that none waits for another's processor.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: Xunit.AssemblyFixture(typeof(ProcNet.Pwsh.Tests.KeptSession))]
