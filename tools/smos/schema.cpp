// SPDX-License-Identifier: Apache-2.0
// `smos schema`: the record types as JSON Schema.
#include "libsmos/records/schema.hpp"

#include "spec.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/nearest.hpp"
#include "libsmos/records/manual.hpp"

#include <fmt/format.h>

namespace smos::dispatch {

void show_schema(cli::Context& context) {
    if (context.flag("manual")) {
        std::string page = records::records_manual();
        page.pop_back(); // write_line ends it
        context.write_line(page);
        return;
    }
    const auto names = records::schema_names();
    if (context.positionals().empty()) {
        for (const std::string& name : names)
            context.write_line(name);
        return;
    }
    const std::string& name = context.positionals().front();
    auto text = records::schema_text(name);
    if (!text) {
        const std::string near = nearest(name, names);
        throw Fatal(ExitStatus::usage,
                    fmt::format("no schema '{}'", name),
                    near.empty() ? "smos schema lists the names"
                                 : fmt::format("did you mean {}?", near));
    }
    if (!text->empty() && text->back() == '\n')
        text->pop_back();
    context.write_line(*text);
}

} // namespace smos::dispatch
