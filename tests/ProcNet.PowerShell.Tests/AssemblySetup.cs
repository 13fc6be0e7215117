using Xunit.Sdk;
using Xunit.v3;

// The cmdlets ask one machine for the whole process, which the tests replace: one test at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]
