// SPDX-License-Identifier: Apache-2.0
// Word times as programs and files give them.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/speech/word_align.hpp"
#include "libsmos/records/json.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smos::providers {

/// [[start_ms, end_ms, "word"], …] or [{"start_ms": …, "end_ms": …, "text": "…"}, …], at most
/// 20,000 of them. Error bad_words names what is wrong.
Result<std::vector<media::HeardWord>> read_words(const records::Json& list);

/// The same of a file: a list, or an object with one named "words". `where` is of its errors; text
/// that is no JSON is bad_json.
Result<std::vector<media::HeardWord>> read_words_text(std::string_view text,
                                                      const std::string& where);

} // namespace smos::providers
