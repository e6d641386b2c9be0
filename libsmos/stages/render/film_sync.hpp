// SPDX-License-Identifier: Apache-2.0
// The sync certificate: every sound of a finished film looked for where the timeline has it.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/sound/mix.hpp"
#include "libsmos/media/sound/sound_spill.hpp"
#include "libsmos/records/render.hpp"

namespace smos::stages {

/// A sound further off than this fails the film: 5 ms.
inline constexpr std::int64_t most_error_samples = 240;

/// Correlates the decoded film with the source of every sound of every track. A sound that cannot
/// be told from others, because it is masked, silent, too short or the same all over, is
/// unverifiable. Errors: out_of_sync names the sound that is too early or too late.
Result<records::Sync> certify_sync(const media::MixRequest& request,
                                   const media::SpilledSound& film);

} // namespace smos::stages
