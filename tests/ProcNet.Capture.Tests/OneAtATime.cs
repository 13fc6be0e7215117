using Xunit.Sdk;
using Xunit.v3;

// A program that one test starts has the sockets of all the others, until it calls execve(2): their owners would be SharedSocket now and
// then.
[assembly: Parallelization(Mode = ParallelMode.None)]
