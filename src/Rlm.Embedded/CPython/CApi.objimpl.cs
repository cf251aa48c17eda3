namespace Rlm.Embedded.CPython;

// objimpl.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<int> PyGC_Enable;
    public static delegate* unmanaged[Cdecl]<int> PyGC_Disable;
    public static delegate* unmanaged[Cdecl]<nint> PyGC_Collect;

    private static void Load_objimpl(nint library)
    {
        PyGC_Enable = (delegate* unmanaged[Cdecl]<int>)Symbol(library, "PyGC_Enable");
        PyGC_Disable = (delegate* unmanaged[Cdecl]<int>)Symbol(library, "PyGC_Disable");
        PyGC_Collect = (delegate* unmanaged[Cdecl]<nint>)Symbol(library, "PyGC_Collect");
    }
}
