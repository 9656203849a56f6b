"""Compiled kernels are loaded from numba's cache without what only compiling needs: half of the time to be ready.

Before it loads a cached function, numba makes ready all that it can compile, and reads the function's code a second
time in a form that other functions could take it over from. Here both wait until something is compiled.
"""

from __future__ import annotations

from typing import Any

import llvmlite
import llvmlite.binding as llvm
import numba

TESTED = (("0.68.1", "0.50.0"),)
"""Versions of numba and llvmlite: this reaches into both, and any other pair loads kernels as numba does."""
LATER = "_runlake_bitcode"


_stock: dict[str, Any] = {}
"""What numba does, by the name of the method."""


def load_quickly() -> None:
    """From now on cached functions are loaded quickly; nothing changes for versions that are not known to allow it."""
    if (numba.__version__, llvmlite.__version__) not in TESTED or _stock:
        return
    from numba.core import caching, codegen, cpu

    _stock["read"] = codegen.CPUCodeLibrary._unserialize.__func__
    _stock["module"] = codegen.CPUCodeLibrary._get_module_for_linking
    _stock["make"] = cpu.CPUContext.get_executable
    caching.Cache.load_overload = _load_overload
    codegen.CPUCodeLibrary._unserialize = classmethod(_unserialize)
    codegen.CPUCodeLibrary._get_module_for_linking = _module_for_linking
    cpu.CPUContext.get_executable = _executable


def _load_overload(self: Any, signature: Any, context: Any) -> Any:
    """As numba's, but for `context.refresh()`, which every compilation does for itself."""
    from numba.core.runtime import rtsys

    rtsys.initialize(context)
    with self._guard_against_spurious_io_errors():
        return self._load_overload(signature, context)


def _unserialize(cls: Any, generator: Any, state: Any) -> Any:
    """As numba's, but the code for other functions is kept as it was read."""
    name, kind, data = state
    if kind != "object":
        return _stock["read"](cls, generator, state)
    library = generator.create_library(name)
    compiled, bitcode = data
    library.enable_object_caching()
    library._set_compiled_object(compiled)
    setattr(library, LATER, bitcode)
    library._finalize_final_module()
    return library


def _module_for_linking(self: Any) -> Any:
    bitcode = self.__dict__.pop(LATER, None)
    if bitcode is not None:
        self._shared_module = llvm.parse_bitcode(bitcode)
        self._codegen._engine._load_defined_symbols(self._shared_module)
    return _stock["module"](self)


def _executable(self: Any, library: Any, function: Any, environment: Any) -> Any:
    if LATER in library.__dict__:  # all that is looked for by name
        names = {function.llvm_func_name, function.llvm_cpython_wrapper_name}
        library._codegen._engine._defined_symbols |= names
    return _stock["make"](self, library, function, environment)
