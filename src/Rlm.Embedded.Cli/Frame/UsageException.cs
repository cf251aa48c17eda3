namespace Rlm.Embedded.Cli.Frame;

#pragma warning disable RCS1194 // only made with a message
/// <summary>The command line asks for something that cannot be; exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
