// SPDX-License-Identifier: Apache-2.0
// What smos-publish is.
#include "tools/smos-publish/spec.hpp"

namespace smos::tools {

const cli::ToolSpec& publish_spec() {
    static const cli::ToolSpec spec = [] {
        cli::ToolSpec s;
        s.name = "smos-publish";
        s.summary = "publish approved videos once, with a receipt";
        s.description =
            "Reads production records and publishes those whose status is approved, and the "
            "missing "
            "channels of those that are partial. Each production appears at most once on each "
            "channel: the effect is committed before its first byte, and after a crash the channel "
            "is asked what became of it before anything is sent again.\n\n"
            "Channel dir makes a folder per post: video, poster, captions, post.json. Channel site "
            "keeps a static site: a page per post, a page and feeds (RSS, JSON Feed) per muse; it "
            "needs no server and works from file://. Both say that the post was made with AI, and "
            "a "
            "file whose own metadata do not say so is refused.";
        s.reads = "approved and partial records";
        s.writes = "published, partial or failed records with a publish section";
        s.filter = true;
        cli::Option to{"to",
                       0,
                       cli::Kind::choice,
                       "CHANNEL",
                       "Publish to this channel.",
                       "site",
                       {"site", "dir"}};
        to.repeatable = true;
        cli::Option site{"site",
                         0,
                         cli::Kind::directory,
                         "DIR",
                         "Folder of the site; default $XDG_DATA_HOME/smos/site."};
        site.project_may_set = true;
        cli::Option dir{"dir",
                        0,
                        cli::Kind::directory,
                        "DIR",
                        "Folder of channel dir; default $XDG_DATA_HOME/smos/posts."};
        dir.project_may_set = true;
        cli::Option base{"base-url",
                         0,
                         cli::Kind::text,
                         "URL",
                         "Address under which the site will be served; without it addresses are "
                         "relative and receipts are file: addresses."};
        cli::Option muse{
            "muse", 0, cli::Kind::path, "FILE", "The muse, for her name and language."};
        muse.project_may_set = true;
        s.options = {to, site, dir, base, muse};
        s.commands = {{}};
        s.examples = {
            {"Publish what the critic approved",
             "smos-critic --muse ava.yaml rendered.jsonl | smos-publish --to site --site ./public"},
            {"See what would happen", "smos-publish --dry-run approved.jsonl | jq .publish"},
        };
        s.see_also = {"smos-critic(1)", "smos-cfo(1)", "smos(1)"};
        return s;
    }();
    return spec;
}

} // namespace smos::tools
