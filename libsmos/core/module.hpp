// SPDX-License-Identifier: Apache-2.0
// Parts of a tool that are loaded when they are needed: linking FFmpeg or OpenCV into a program
// costs every start of it, also those that only print their version.
#pragma once

#include <string>

namespace smos {

/// The address of `symbol` in ../lib/smos/<name>.so beside the program's own directory. The module
/// stays loaded. Fatal (70) when it is not there or lacks the symbol: the installation is broken.
void* module_symbol(const std::string& name, const char* symbol);

} // namespace smos
