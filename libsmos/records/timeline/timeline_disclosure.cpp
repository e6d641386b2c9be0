// SPDX-License-Identifier: Apache-2.0
// What a machine made has to be disclosed where it is to be published.
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/timeline/timeline_check.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::records {

void check_disclosure(const Timeline& timeline,
                      const Json& publish,
                      const std::string& at,
                      std::vector<TimelineProblem>& problems) {
    const auto made =
        std::find_if(timeline.assets.begin(), timeline.assets.end(), [](const auto& each) {
            return each.second.ai || each.second.request;
        });
    if (made == timeline.assets.end() || !publish.is_object())
        return;
    const auto disclosure = publish.find("disclosure");
    const bool there = disclosure != publish.end() && disclosure->is_object();
    if (there && disclosure->value("ai_generated", Json(false)) == Json(true))
        return;
    const std::string place = at + "/disclosure";
    problems.push_back(
        {true,
         "undisclosed",
         there ? place + "/ai_generated" : place,
         fmt::format("'{}' was made by a machine, and the publish plan does not disclose it",
                     made->first),
         "set disclosure.ai_generated",
         there ? Json::array({Json{{"op", disclosure->contains("ai_generated") ? "replace" : "add"},
                                   {"path", place + "/ai_generated"},
                                   {"value", true}}})
               : Json::array({Json{
                     {"op", "add"}, {"path", place}, {"value", Json{{"ai_generated", true}}}}})});
}

} // namespace smos::records
