namespace Rlm.Embedded.Interpreter;

/// <summary>A module of the standard library that was found.</summary>
/// <param name="Path">Its file.</param>
/// <param name="IsPackage">Whether the file is a package's <c>__init__.py</c>.</param>
/// <param name="Source">The file's bytes; null for an extension module.</param>
/// <param name="Code">What <c>marshal.loads</c> reads, where a compiled file is up to date; else null.</param>
internal sealed record LibraryModule(string Path, bool IsPackage, byte[]? Source, byte[]? Code);
