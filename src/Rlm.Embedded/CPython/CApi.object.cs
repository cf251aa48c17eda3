namespace Rlm.Embedded.CPython;

// object.h
internal static unsafe partial class CApi
{
    public static delegate* unmanaged[Cdecl]<PyObject*, void> Py_IncRef;
    public static delegate* unmanaged[Cdecl]<PyObject*, void> Py_DecRef;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*> PyObject_Str;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*> PyObject_Repr;
    public static delegate* unmanaged[Cdecl]<PyObject*, int> PyObject_IsTrue;
    public static delegate* unmanaged[Cdecl]<PyObject*, byte*, PyObject*> PyObject_GetAttrString;
    public static delegate* unmanaged[Cdecl]<PyObject*, byte*, PyObject*, int> PyObject_SetAttrString;
    /// <summary>Null in 3.10, which has it only inline: see <c>PythonCall</c>.</summary>
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject**, nint, PyObject*, PyObject*> PyObject_Vectorcall;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*, PyObject*> PyObject_Call;
    public static delegate* unmanaged[Cdecl]<PyTypeObject*, PyTypeObject*, int> PyType_IsSubtype;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*> PyObject_GetAttr;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*, int> PyObject_SetAttr;
    public static delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*, int> PyObject_GenericSetAttr;
    public static delegate* unmanaged[Cdecl]<PyTypeObject*, void> PyType_Modified;

    private static void Load_object(nint library)
    {
        PyObject_GetAttr = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*>)Symbol(library, "PyObject_GetAttr");
        PyObject_SetAttr = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*, int>)Symbol(library, "PyObject_SetAttr");
        PyObject_GenericSetAttr = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*, int>)Symbol(library, "PyObject_GenericSetAttr");
        PyType_Modified = (delegate* unmanaged[Cdecl]<PyTypeObject*, void>)Symbol(library, "PyType_Modified");
        Py_IncRef = (delegate* unmanaged[Cdecl]<PyObject*, void>)Symbol(library, "Py_IncRef");
        Py_DecRef = (delegate* unmanaged[Cdecl]<PyObject*, void>)Symbol(library, "Py_DecRef");
        PyObject_Str = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*>)Symbol(library, "PyObject_Str");
        PyObject_Repr = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*>)Symbol(library, "PyObject_Repr");
        PyObject_IsTrue = (delegate* unmanaged[Cdecl]<PyObject*, int>)Symbol(library, "PyObject_IsTrue");
        PyObject_GetAttrString = (delegate* unmanaged[Cdecl]<PyObject*, byte*, PyObject*>)Symbol(library, "PyObject_GetAttrString");
        PyObject_SetAttrString = (delegate* unmanaged[Cdecl]<PyObject*, byte*, PyObject*, int>)Symbol(library, "PyObject_SetAttrString");
        PyObject_Vectorcall = (delegate* unmanaged[Cdecl]<PyObject*, PyObject**, nint, PyObject*, PyObject*>)OptionalSymbol(library, "PyObject_Vectorcall");
        PyObject_Call = (delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*, PyObject*>)Symbol(library, "PyObject_Call");
        PyType_IsSubtype = (delegate* unmanaged[Cdecl]<PyTypeObject*, PyTypeObject*, int>)Symbol(library, "PyType_IsSubtype");
    }
}
