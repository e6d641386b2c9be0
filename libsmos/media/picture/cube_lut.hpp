// SPDX-License-Identifier: Apache-2.0
// Colour look-up tables in .cube files (Adobe Cube LUT Specification 1.0, and what Resolve writes).
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/kernels/grade.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace smos::media {

/// A file longer than this is refused: 65^3 entries with nine digits take 10 MB.
inline constexpr std::size_t cube_file_limit_bytes = std::size_t{32} << 20;

/// Reads TITLE (ignored), DOMAIN_MIN, DOMAIN_MAX, LUT_1D_SIZE (2..65536), LUT_3D_SIZE (2..65),
/// LUT_1D_INPUT_RANGE, LUT_3D_INPUT_RANGE, comments (#), blank lines and the entries; LF, CRLF or a
/// byte-order mark. Refused: anything else, a keyword twice or after the entries, both sizes, a
/// number that is none, beyond 1,000,000 either way, entries missing or left over, a domain that
/// is empty or reaches beyond -100..100. The answer is fit for kernels::lut_table.
/// Error code: bad_cube; `where` is "name:line".
Result<kernels::LutValues> parse_cube(std::string_view text, const std::string& name);

/// The same from a file, as the table that a grade takes. Error codes: bad_cube and those of
/// read_file.
Result<kernels::LutTable> load_cube(const std::string& path);

} // namespace smos::media
