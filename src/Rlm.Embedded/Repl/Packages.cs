using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Interpreter.Locating;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Repl;

/// <summary>
/// The packages that are installed for the Python that runs. Its <c>sys.path</c> is one for all sessions; what is behind the standard library on it
/// is found only for Trusted sessions, and for the modules that a host allows (python/packages.py).
/// </summary>
internal static unsafe class Packages
{
    [ThreadStatic]
    private static bool t_importsAllowed;

    private static PyObject* s_addFolders;
    private static PyObject* s_allowedModule;

    /// <summary>Whether an import on the calling thread finds them: a Trusted session's own threads, not the host's, not a Restricted session's.</summary>
    public static bool AreVisible => t_importsAllowed || (!AuditHook.IsRestricted && PythonThread.Current is not { Tenant: null });

    /// <summary>Checks what an option says.</summary>
    /// <exception cref="RlmConfigurationException">It is wrong.</exception>
    public static void Check(SandboxProfile profile, IReadOnlyList<string> paths, IReadOnlyList<string> allowed)
    {
        if (paths.FirstOrDefault(IsAbsent) is { } absent)
        {
            throw new RlmConfigurationException($"PackagePaths has '{absent}', which is not a folder. Name folders that packages lie in, such as /data/project/lib/python3.11/site-packages.");
        }

        if (allowed.Count == 0)
        {
            return;
        }

        if (profile == SandboxProfile.Required)
        {
            throw new RlmConfigurationException(
                $"AllowedModules has '{allowed[0]}', but the profile is Required, which has no module besides its own. Leave AllowedModules empty, or use the profile Restricted and read in docs/packages.md what that gives up.");
        }

        if (allowed.FirstOrDefault(name => !IsModuleName(name)) is { } wrong)
        {
            throw new RlmConfigurationException($"AllowedModules has '{wrong}'; it takes names of top-level modules as they are imported, such as numpy. What is in a package comes with it.");
        }
    }

    /// <summary>The folders of packages that a new session may have; null for one that has none. Reads the file system: not to be called with the GIL.</summary>
    public static IReadOnlyList<string>? Find(ReplSessionOptions options, PythonInstallation python)
    {
        if (options.Profile != SandboxProfile.Trusted && options.AllowedModules.Count == 0)
        {
            return null;
        }

        SearchRoots roots = SearchRoots.OfThisProcess();
        return
        [
            .. options.PackagePaths.Select(roots.FullPath),
            .. options.UsePythonPath && roots.Variable("PYTHONPATH") is { } named
                ? named.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(roots.FullPath).Where(roots.FolderExists)
                : [],
            .. PackageFolders.Of(python, roots).Folders,
        ];
    }

    /// <summary>Makes the packages in the folders importable for who may see them. On the host's Python thread.</summary>
    public static void Provide(IReadOnlyList<string> folders)
    {
        if (s_addFolders == null)
        {
            ReplPrelude prelude = ReplPrelude.Current;
            prelude.Run(prelude.Views, "packages.py");
            s_addFolders = prelude.TakeView("add_package_folders");
            s_allowedModule = prelude.TakeView("allowed_module");
        }

        LibraryImports.Allow(folders);
        using Owned list = new(PythonError.Check(PyValues.ToPython(folders)));
        using Owned added = new(PythonError.Check(PythonCall.Invoke(s_addFolders, list.Pointer)));
    }

    /// <summary>
    /// Imports the modules that the host allows, before the first restricted session confines the importing thread: some read files while they load.
    /// What is imported later may not. On the host's Python thread.
    /// </summary>
    /// <exception cref="RlmConfigurationException">One is not installed.</exception>
    public static void Preload(IReadOnlyList<string> allowed, IReadOnlyList<string> folders)
    {
        foreach (string module in allowed)
        {
            using GcPause pause = new();
            using Owned name = new(PythonError.Check(PyText.ToPython(module)));
            using Owned loaded = new(ImportAllowed(name.Pointer));
            if (!loaded.IsNull)
            {
                continue;
            }

            // What else goes wrong is told to the code that imports it.
            PythonException error = PythonError.TakeAsException();
            if (error.PythonType == "ModuleNotFoundError" && error.Message.EndsWith($"No module named '{module}'", StringComparison.Ordinal))
            {
                PythonInstallation python = PythonRuntime.Current!.Installation;
                throw new RlmConfigurationException(
                    $"AllowedModules has '{module}', which is not installed for Python {python.Version}. Looked in: {(folders.Count == 0 ? "no folder of packages" : string.Join(", ", folders))}. Install it there, or name its folder in PackagePaths.");
            }
        }
    }

    /// <summary>
    /// Imports a module that the host allows a Restricted session, on the host's Python thread: the session's may read no files. What stands for it is a new
    /// reference; null with an exception pending.
    /// </summary>
    public static PyObject* ImportAllowed(PyObject* name)
    {
        t_importsAllowed = true;
        try
        {
            return PythonCall.Invoke(s_allowedModule, name);
        }
        finally
        {
            t_importsAllowed = false;
        }
    }

    private static bool IsAbsent(string path)
    {
        Blocking.MayWait();
        return !Directory.Exists(path);
    }

    private static bool IsModuleName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(character => char.IsLetterOrDigit(character) || character == '_');
}
