namespace Rlm.Embedded.CPython;

/// <summary>compile.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PyCompilerFlags
{
    public int Flags;
    public int FeatureVersion;

    public const int SourceIsUtf8 = 0x0100;
    public const int IgnoreCookie = 0x0800;
    public const int AllowTopLevelAwait = 0x2000;
}
