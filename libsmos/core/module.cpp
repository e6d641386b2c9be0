// SPDX-License-Identifier: Apache-2.0
// Parts of a tool that are loaded when they are needed.
#include "libsmos/core/module.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/paths.hpp"

#include <dlfcn.h>

namespace smos {
namespace {

std::string last_problem() {
    const char* problem = ::dlerror();
    return problem == nullptr ? "unknown reason" : problem;
}

} // namespace

void* module_symbol(const std::string& name, const char* symbol) {
    const std::string path = program_directory() + "/../lib/smos/" + name + ".so";
    // Never closed: the libraries behind it keep threads and thread-local state.
    void* module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    void* address = module == nullptr ? nullptr : ::dlsym(module, symbol);
    if (address == nullptr) {
        throw Fatal(ExitStatus::bug,
                    "cannot load a part of the program: " + last_problem(),
                    "install smos completely");
    }
    return address;
}

} // namespace smos
