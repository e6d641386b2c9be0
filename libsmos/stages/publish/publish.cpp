// SPDX-License-Identifier: Apache-2.0
// Publishing: approved records become posts, each at most once per channel, with a receipt.
#include "libsmos/stages/publish/publish.hpp"

#include "libsmos/core/file.hpp"
#include "libsmos/core/hash.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/records/disclosure.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

namespace smos::stages {
namespace {

using providers::Channel;
using providers::Post;
using records::Json;
using records::Publish;
using records::Receipt;
using records::Record;
using records::Status;
using store::Effect;
using store::EffectState;

constexpr const char* publish_tool = "smos-publish";
constexpr std::size_t index_bytes = std::size_t{8} << 20;

/// A render without the disclosure in its own metadata must not leave the house.
Result<void> check_disclosure(const std::string& video_path) {
    // The index comes first, so the metadata is near the start.
    std::ifstream video{video_path, std::ios::binary};
    std::string bytes(index_bytes, '\0');
    video.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(video.gcount()));
    if (bytes.find(records::disclosure_mark) != std::string::npos)
        return {};
    return Error{"no_disclosure",
                 "the file's metadata do not say that a machine made it",
                 video_path,
                 "render it again with smos-render"};
}

Result<std::string> caption_path(const store::Assets& assets,
                                 const records::RenderOutput& output,
                                 std::string_view mime_type) {
    for (const auto& caption : output.captions) {
        if (caption.mime_type == mime_type)
            return assets.path_of(caption.uri);
    }
    return std::string{};
}

Json receipt_json(const Receipt& receipt) {
    return Json{{"effect_id", receipt.effect_id},
                {"channel", receipt.channel},
                {"account", receipt.account},
                {"status", receipt.status},
                {"external_id", receipt.external_id.value_or("")},
                {"url", receipt.url.value_or("")},
                {"published_at", receipt.published_at.value_or("")},
                {"content_sha256", receipt.content_sha256}};
}

Receipt receipt_of(const Effect& effect) {
    Receipt receipt;
    receipt.effect_id = effect.effect_id;
    receipt.channel = effect.channel;
    receipt.account = effect.account;
    receipt.status = std::string{store::name_of(effect.state)};
    receipt.external_id = effect.external_id;
    receipt.url = effect.url;
    receipt.content_sha256 = effect.content_hash;
    receipt.attempt = effect.attempt;
    if (effect.state == EffectState::published && effect.finished_at) {
        receipt.published_at = format_rfc3339(*effect.finished_at);
        receipt.receipt_sha256 = sha256_hex(records::dump(receipt_json(receipt)));
    }
    return receipt;
}

bool is_published(const std::vector<Receipt>& receipts,
                  const std::string& channel,
                  const std::string& account) {
    return std::any_of(receipts.begin(), receipts.end(), [&](const Receipt& receipt) {
        return receipt.channel == channel && receipt.account == account &&
               receipt.status == "published";
    });
}

void keep(std::vector<Receipt>& receipts, Receipt receipt) {
    for (Receipt& old : receipts) {
        if (old.channel == receipt.channel && old.account == receipt.account) {
            old = std::move(receipt);
            return;
        }
    }
    receipts.push_back(std::move(receipt));
}

Status status_for(const std::vector<Receipt>& receipts, bool all_done) {
    const auto count = [&](std::string_view status) {
        return std::count_if(receipts.begin(), receipts.end(), [&](const Receipt& receipt) {
            return receipt.status == status;
        });
    };
    if (all_done)
        return Status::published;
    // An unknown effect may be visible: that is not a failure that one may forget.
    return count("published") + count("unknown") > 0 ? Status::partial : Status::failed;
}

} // namespace

PublishStage::PublishStage(PublishOptions options,
                           std::function<store::Effects&()> effects,
                           const store::Assets& assets)
    : options_(std::move(options)),
      effects_(std::move(effects)),
      assets_(assets) {}

bool PublishStage::concerns(const Record& record) const {
    const auto status = record.status();
    return status == Status::approved || status == Status::partial;
}

Result<Post> PublishStage::post_of(const Record& record) const {
    SMOS_TRY(const auto plan, record.section<records::Plan>());
    SMOS_TRY(const auto render, record.section<records::Render>());
    if (record.task_id().empty()) {
        return Error{"incomplete_record",
                     "it has no task_id, so nothing would keep it from being posted twice",
                     "task_id",
                     "send it through smos-plan first"};
    }
    if (!plan || !plan->script || !render || render->outputs.empty()) {
        return Error{"incomplete_record",
                     "it has no script or no render",
                     record.task_id(),
                     "send it through smos-plan and smos-render first"};
    }
    const records::RenderOutput& output = render->outputs.front();
    Post post;
    post.task_id = record.task_id();
    post.persona_id = record.persona_id().empty() ? "muse" : record.persona_id();
    post.persona_name = options_.persona_name.empty() ? post.persona_id : options_.persona_name;
    post.language = options_.language;
    post.title = one_line(plan->script->title);
    post.caption = one_line(plan->script->caption);
    for (const auto& tag : plan->script->hashtags)
        post.hashtags.push_back(one_line(tag));
    for (const auto& line : plan->script->lines)
        post.transcript.push_back(one_line(line.text));
    post.digital_source_type = records::digital_source_type(render->assets);
    SMOS_TRY(post.video_path, assets_.path_of(output.video.uri));
    SMOS_TRY(post.poster_path, assets_.path_of(output.poster.uri));
    SMOS_TRY(post.vtt_path, caption_path(assets_, output, "text/vtt"));
    SMOS_TRY(post.srt_path, caption_path(assets_, output, "application/x-subrip"));
    const Json& metadata = output.video.metadata.or_object();
    const auto integer = [&](const char* key) {
        const auto found = metadata.find(key);
        return found != metadata.end() && found->is_number_integer() ? found->get<std::int64_t>()
                                                                     : std::int64_t{0};
    };
    post.duration_ms = integer("duration_ms");
    post.width_px = integer("width");
    post.height_px = integer("height");
    post.video_bytes = output.video.size_bytes;
    SMOS_CHECK(check_disclosure(post.video_path));
    return post;
}

Result<Receipt>
PublishStage::send(Channel& channel, Post& post, const Effect& effect, bool look_first) {
    const Instant now = options_.now();
    post.published_at = effect.first_sent_at.value_or(now);
    std::optional<providers::Posted> posted;
    if (look_first) {
        SMOS_TRY(posted, channel.find(post));
    }
    if (!posted) {
        auto sent = channel.publish(post);
        if (!sent) {
            // Both channels are all or nothing, so nothing left the house.
            SMOS_CHECK(effects_().mark(effect.effect_id, EffectState::pending));
            return sent.error();
        }
        posted = *std::move(sent);
    }
    Effect done = effect;
    done.state = EffectState::published;
    done.external_id = posted->external_id;
    done.url = posted->url;
    done.finished_at = post.published_at;
    const std::string receipt = records::dump(receipt_json(receipt_of(done)));
    SMOS_CHECK(effects_().finish(
        effect.effect_id, posted->external_id, posted->url, receipt, post.published_at));
    return receipt_of(done);
}

Result<Receipt>
PublishStage::publish_to(Channel& channel, Post& post, const std::string& content_sha256) {
    Effect wanted;
    wanted.channel = channel.name();
    wanted.account = channel.account(post);
    wanted.idem_key = post.task_id;
    wanted.effect_id = store::effect_id_of(wanted.channel, wanted.account, wanted.idem_key);
    wanted.content_hash = content_sha256;
    post.effect_id = wanted.effect_id;
    SMOS_TRY(Effect effect, effects_().begin(wanted, options_.now()));
    switch (effect.state) {
    case EffectState::in_flight:
        return send(channel, post, effect, effect.attempt > 1);
    case EffectState::unknown: {
        // Ours to resolve: the channel knows whether the object it was to name is there.
        SMOS_CHECK(effects_().mark(effect.effect_id, EffectState::pending));
        SMOS_TRY(effect, effects_().begin(wanted, options_.now()));
        return send(channel, post, effect, true);
    }
    default:
        return receipt_of(effect);
    }
}

void PublishStage::publish_record(Record& record, Post& post, Publish& section) {
    const auto content = sha256_of_file(post.video_path);
    if (!content)
        return record.fail(publish_tool, content.error());
    const auto complain = [&](const Error& error) {
        record.add_error({publish_tool, error.code, error.text(), error.retryable});
    };
    bool all_done = true;
    for (const auto& channel : options_.channels) {
        if (is_published(section.receipts, channel->name(), channel->account(post)))
            continue;
        auto receipt = publish_to(*channel, post, hex(*content));
        if (!receipt) {
            all_done = false;
            complain(receipt.error());
            continue;
        }
        const bool published = receipt->status == "published";
        all_done = all_done && published;
        keep(section.receipts, *std::move(receipt));
        // What is visible stays published when only the pages around it could not be remade.
        if (published) {
            if (const auto refreshed = channel->refresh(post); !refreshed)
                complain(refreshed.error());
        }
    }
    record.conclude(section, status_for(section.receipts, all_done));
}

std::vector<Record> PublishStage::apply(Record record) {
    std::vector<Record> out;
    auto post = post_of(record);
    auto before = record.section<Publish>();
    if (!post || !before) {
        const Error& error = !post ? post.error() : before.error();
        if (options_.dry_run)
            record.add_error({publish_tool, error.code, error.text(), error.retryable});
        else
            record.fail(publish_tool, error);
        out.push_back(std::move(record));
        return out;
    }
    Publish section = before->value_or(Publish{});
    static_cast<records::Stamp&>(section) = options_.stamp();
    section.disclosure.digital_source_type = post->digital_source_type;
    if (options_.dry_run) {
        Json flags = Json::object();
        for (const auto& channel : options_.channels) {
            flags[channel->name()] = "would publish as " + channel->account(*post);
        }
        section.disclosure.flags = flags;
        section.dry_run = true;
        record.conclude(section, Status::published);
    } else {
        publish_record(record, *post, section);
    }
    out.push_back(std::move(record));
    return out;
}

} // namespace smos::stages
