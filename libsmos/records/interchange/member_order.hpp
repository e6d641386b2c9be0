// SPDX-License-Identifier: Apache-2.0
// The order of members, kept beside a document that passes through programs which sort them.
#pragma once

#include "libsmos/records/json.hpp"

namespace smos::records::interchange {

/// {"members": [[key, ...], ...], "at": {path: [key, ...]}}: one list for every set of keys in
/// `json`, and by path where objects with the same keys are in different orders. Looks into
/// everything but a member "otio" of "meta".
Json member_order(const Json& json);

/// Puts the members of every object that has one of the noted sets of keys into its order.
/// Hints of another shape are ignored: they come with a foreign file.
void restore_order(Json& json, const Json& hints);

} // namespace smos::records::interchange
