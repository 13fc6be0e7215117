global using System.Management.Automation;
global using ProcNet.PowerShell.Tests.Fakes;
global using Xunit;
