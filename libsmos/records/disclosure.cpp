// SPDX-License-Identifier: Apache-2.0
// What a production has to say about the machines that made it.
#include "libsmos/records/disclosure.hpp"

#include <algorithm>

namespace smos::records {

std::string digital_source_type(const std::vector<RenderAsset>& assets) {
    const bool trained = std::any_of(assets.begin(), assets.end(), [](const RenderAsset& asset) {
        return asset.generated && asset.provider.value_or("local") != "local";
    });
    return std::string{"http://"} + disclosure_mark +
           (trained ? "trainedAlgorithmicMedia" : "algorithmicMedia");
}

std::string disclosure_comment(const std::string& source_type) {
    return "AI-generated: picture, voice and text were made by machines. digitalSourceType=" +
           source_type;
}

} // namespace smos::records
