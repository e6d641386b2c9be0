// SPDX-License-Identifier: Apache-2.0
// The dispatcher: finds the tools of the family, and runs the whole line at once.
#include "family.hpp"
#include "spec.hpp"

#include "libsmos/core/result.hpp"

int main(int argc, char** argv) {
    using namespace smos;
    const cli::ToolSpec& spec = dispatch::smos_spec();
    if (const auto status = dispatch::hand_over(spec, argc, argv))
        return *status;
    return cli::run(spec, argc, argv, [](cli::Context& context) {
        const std::string& command = context.command();
        if (command == "produce")
            dispatch::produce(context);
        else if (command == "schema")
            dispatch::show_schema(context);
        else if (command == "config")
            dispatch::show_config(context);
        else if (command == "doctor")
            dispatch::doctor(context);
        else
            SMOS_EXPECT(command == "help");
    });
}
