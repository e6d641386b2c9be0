// SPDX-License-Identifier: Apache-2.0
// The sections' readers and writers, compiled once.
#include "libsmos/records/sections.hpp"

#include "libsmos/records/codec.hpp"
#include "libsmos/records/record.hpp"

namespace smos::records {

SMOS_SECTION(Scout)
SMOS_SECTION(Plan)
SMOS_SECTION(Cfo)
SMOS_SECTION(Render)
SMOS_SECTION(Critic)
SMOS_SECTION(Publish)

} // namespace smos::records
