namespace Rlm.Embedded.CPython;

// unicodeobject.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<nint, uint, PyObject*> PyUnicode_New;
    public static delegate* unmanaged[Cdecl]<byte*, nint, byte*, PyObject*> PyUnicode_DecodeUTF8;
    public static delegate* unmanaged[Cdecl]<byte*, nint, byte*, int*, PyObject*> PyUnicode_DecodeUTF16;
    public static delegate* unmanaged[Cdecl]<byte*, nint, byte*, int*, PyObject*> PyUnicode_DecodeUTF32;
    public static delegate* unmanaged[Cdecl]<PyObject*, nint*, byte*> PyUnicode_AsUTF8AndSize;
    public static delegate* unmanaged[Cdecl]<byte*, PyObject*> PyUnicode_InternFromString;
    public static delegate* unmanaged[Cdecl]<PyObject*, nint> PyUnicode_GetLength;
    public static delegate* unmanaged[Cdecl]<PyObject*, byte*, byte*, PyObject*> PyUnicode_AsEncodedString;
    public static delegate* unmanaged[Cdecl]<int, byte*, nint, PyObject*> PyUnicode_FromKindAndData;

    private static void Load_unicodeobject(nint library)
    {
        PyUnicode_New = (delegate* unmanaged[Cdecl]<nint, uint, PyObject*>)Symbol(library, "PyUnicode_New");
        PyUnicode_DecodeUTF8 = (delegate* unmanaged[Cdecl]<byte*, nint, byte*, PyObject*>)Symbol(library, "PyUnicode_DecodeUTF8");
        PyUnicode_DecodeUTF16 = (delegate* unmanaged[Cdecl]<byte*, nint, byte*, int*, PyObject*>)Symbol(library, "PyUnicode_DecodeUTF16");
        PyUnicode_DecodeUTF32 = (delegate* unmanaged[Cdecl]<byte*, nint, byte*, int*, PyObject*>)Symbol(library, "PyUnicode_DecodeUTF32");
        PyUnicode_AsUTF8AndSize = (delegate* unmanaged[Cdecl]<PyObject*, nint*, byte*>)Symbol(library, "PyUnicode_AsUTF8AndSize");
        PyUnicode_InternFromString = (delegate* unmanaged[Cdecl]<byte*, PyObject*>)Symbol(library, "PyUnicode_InternFromString");
        PyUnicode_GetLength = (delegate* unmanaged[Cdecl]<PyObject*, nint>)Symbol(library, "PyUnicode_GetLength");
        PyUnicode_AsEncodedString = (delegate* unmanaged[Cdecl]<PyObject*, byte*, byte*, PyObject*>)Symbol(library, "PyUnicode_AsEncodedString");
        PyUnicode_FromKindAndData = (delegate* unmanaged[Cdecl]<int, byte*, nint, PyObject*>)Symbol(library, "PyUnicode_FromKindAndData");
    }
}
