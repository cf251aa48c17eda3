namespace Rlm.Embedded.CPython;

// dictobject.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<PyObject*> PyDict_New;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*> PyDict_Copy;
    public static delegate* unmanaged[Cdecl]<PyObject*, void> PyDict_Clear;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, int, int> PyDict_Merge;
    public static delegate* unmanaged[Cdecl]<PyObject*, nint> PyDict_Size;
    public static delegate* unmanaged[Cdecl]<PyObject*, nint*, PyObject**, PyObject**, int> PyDict_Next;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*> PyDict_GetItemWithError;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*, int> PyDict_SetItem;
    public static delegate* unmanaged[Cdecl]<PyObject*, byte*, PyObject*, int> PyDict_SetItemString;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, int> PyDict_DelItem;

    private static void Load_dictobject(nint library)
    {
        PyDict_New = (delegate* unmanaged[Cdecl]<PyObject*>)Symbol(library, "PyDict_New");
        PyDict_Copy = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*>)Symbol(library, "PyDict_Copy");
        PyDict_Clear = (delegate* unmanaged[Cdecl]<PyObject*, void>)Symbol(library, "PyDict_Clear");
        PyDict_Merge = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*, int, int>)Symbol(library, "PyDict_Merge");
        PyDict_Size = (delegate* unmanaged[Cdecl]<PyObject*, nint>)Symbol(library, "PyDict_Size");
        PyDict_Next = (delegate* unmanaged[Cdecl]<PyObject*, nint*, PyObject**, PyObject**, int>)Symbol(library, "PyDict_Next");
        PyDict_GetItemWithError = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*>)Symbol(library, "PyDict_GetItemWithError");
        PyDict_SetItem = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*, int>)Symbol(library, "PyDict_SetItem");
        PyDict_SetItemString = (delegate* unmanaged[Cdecl]<PyObject*, byte*, PyObject*, int>)Symbol(library, "PyDict_SetItemString");
        PyDict_DelItem = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*, int>)Symbol(library, "PyDict_DelItem");
    }
}
