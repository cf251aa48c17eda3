using System.Runtime.CompilerServices;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Sandbox;

/// <summary>
/// Places besides <c>getattr</c> and <c>str.format</c> where CPython looks up attributes by texts that a session makes: <c>operator.attrgetter</c> and
/// <c>methodcaller</c>, whose classes <c>type(value)</c> leads to, and the <c>__match_args__</c> of a class.
/// </summary>
internal static unsafe class NamesByText
{
    private static delegate* unmanaged[Cdecl]<PyTypeObject*, PyObject*, PyObject*, PyObject*> s_newGetter;
    private static delegate* unmanaged[Cdecl]<PyTypeObject*, PyObject*, PyObject*, PyObject*> s_newCaller;
    private static PyObject* s_typeError;
    private static PyObject* s_attributeError;

    /// <summary>Watches the making of instances. Called once, with the GIL.</summary>
    public static void Install(PyTypeObject* attributeGetter, PyTypeObject* methodCaller, PyObject* typeError, PyObject* attributeError)
    {
        s_typeError = typeError;
        s_attributeError = attributeError;
        s_newGetter = attributeGetter->New;
        s_newCaller = methodCaller->New;
        attributeGetter->New = &OnNewGetter;
        methodCaller->New = &OnNewCaller;
    }

    /// <summary>True when restricted code may give a class this <c>__match_args__</c>.</summary>
    public static bool AllowsInPatterns(PyObject* names)
    {
        if (names->Type != PyTuple_Type)
        {
            // A descriptor could give another tuple each time.
            return false;
        }

        for (nint i = 0; i < PyTuple_Size(names); i++)
        {
            PyObject* name = PyTuple_GetItem(names, i);
            if (name->Type == PyUnicode_Type && !NameRule.AllowsByText(PyText.ToManaged(name), NameUse.Read))
            {
                return false;
            }
        }

        return true;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnNewGetter(PyTypeObject* type, PyObject* arguments, PyObject* named) => Callback.Run(&NewGetter, type, arguments, named);

    private static PyObject* NewGetter(PyTypeObject* type, PyObject* arguments, PyObject* named) =>
        Allows(arguments, PyTuple_Size(arguments)) ? s_newGetter(type, arguments, named) : null;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnNewCaller(PyTypeObject* type, PyObject* arguments, PyObject* named) => Callback.Run(&NewCaller, type, arguments, named);

    private static PyObject* NewCaller(PyTypeObject* type, PyObject* arguments, PyObject* named) =>
        Allows(arguments, Math.Min(PyTuple_Size(arguments), 1)) ? s_newCaller(type, arguments, named) : null;

    private static bool Allows(PyObject* arguments, nint count)
    {
        for (nint i = 0; AuditHook.IsRestricted && i < count; i++)
        {
            PyObject* name = PyTuple_GetItem(arguments, i);
            if (name->Type != PyUnicode_Type)
            {
                PythonError.Raise(s_typeError, "attribute name must be a string");
                return false;
            }

            foreach (string part in PyText.ToManaged(name).Split('.'))
            {
                if (!NameRule.AllowsByText(part, NameUse.Read))
                {
                    PythonError.Raise(s_attributeError, NameRule.Refusal(part));
                    return false;
                }
            }
        }

        return true;
    }
}
