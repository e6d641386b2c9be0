// SPDX-License-Identifier: Apache-2.0
// The whole JSON library, for the sources that build or take apart a value; everybody else names
// values through json.hpp, which costs a compiler almost nothing.
#pragma once

#include "libsmos/records/json.hpp"

#include <nlohmann/json.hpp>
