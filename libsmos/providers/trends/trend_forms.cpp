// SPDX-License-Identifier: Apache-2.0
// The JSON forms in which platforms and scrapers hand over one item, each with its own names.
#include "libsmos/providers/trends/trend_forms.hpp"

#include "libsmos/core/limits.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/providers/trends/trend_text.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace smos::providers {
namespace {

using records::Json;

constexpr std::size_t title_code_points = 500;
constexpr std::size_t caption_title_code_points = 200; // a title made from the text
constexpr std::size_t id_bytes = 500;
constexpr std::size_t tags_most = 50;

Instant observed_at(TrendFields& fields, Instant fallback) {
    return fields.time({"observed_at", "retrieved_at", "scrapedAt", "fetched_at"})
        .value_or(fallback);
}

/// "t3_k0c2cz" and "k0c2cz" are the same post.
std::string without_type_prefix(std::string id) {
    if (id.size() > 3 && id[0] == 't' && id[2] == '_' && id[1] >= '1' && id[1] <= '6')
        id.erase(0, 3);
    return id;
}

std::string subreddit(const std::string& name) {
    return name.empty() || name.rfind("r/", 0) == 0 ? name : "r/" + name;
}

std::optional<std::string> reddit_url(const std::optional<std::string>& path) {
    if (path && path->rfind("/", 0) == 0)
        return "https://www.reddit.com" + *path;
    return path;
}

void add_tag(TrendItem& item, const std::optional<std::string>& tag) {
    if (tag)
        item.tags.push_back(*tag);
}

std::optional<std::string> body_of(const std::optional<std::string>& text) {
    if (!text || *text == "[removed]" || *text == "[deleted]")
        return std::nullopt;
    return text;
}

/// The names of an array of {name} or of texts, as TikTok's hashtags come.
std::vector<std::string> tag_names(TrendFields& fields, const char* name) {
    const Json* value = fields.find({name});
    std::vector<std::string> tags;
    if (value == nullptr)
        return tags;
    for (const Json& element : *value) {
        if (element.is_string()) {
            tags.push_back(element.get<std::string>());
        } else if (element.is_object() && element.contains("name") && element["name"].is_string()) {
            tags.push_back(element["name"].get<std::string>());
        }
    }
    return tags;
}

/// A post that hides its score shows 1 to everybody: that is not a count.
std::optional<std::int64_t> reddit_upvotes(TrendFields& fields) {
    const auto score = fields.signed_count({"score", "ups"});
    return fields.is_true("hide_score") || fields.is_true("score_hidden") ? std::nullopt : score;
}

std::optional<std::int64_t> plain_upvotes(TrendFields& fields) {
    const auto counted = fields.signed_count({"upvotes", "ups", "points", "likes", "like_count"});
    if (counted)
        return counted;
    const Json* score = fields.find({"score"});
    const bool rank = score != nullptr && score->is_number_float() &&
                      std::trunc(score->get<double>()) != score->get<double>();
    return rank ? std::nullopt : fields.signed_count({"score"});
}

std::string plain_platform(TrendFields& fields, const Json& object) {
    if (const auto named = fields.text({"platform"}))
        return *named;
    const bool hacker_news =
        object.contains("objectID") || (object.contains("by") && object.contains("type"));
    return hacker_news ? "hn" : fields.text({"source"}).value_or("items");
}

Result<void> clean(TrendItem& item) {
    item.title = clean_line(item.title, title_code_points);
    item.source = clean_line(item.source, caption_title_code_points);
    // Not made a space: another item may have that id.
    if (item.native_id.find('\0') != std::string::npos)
        return Error{"bad_field",
                     fmt::format("the id '{}' has the character U+0000, which no state can hold",
                                 first_code_points(one_line(item.native_id), 60)),
                     {},
                     "remove \\u0000 from the id"};
    item.native_id = one_line(item.native_id);
    item.platform = slug(item.platform);
    if (item.text) {
        item.text = clean_text(*item.text);
        if (item.text->empty())
            item.text.reset();
    }
    if (item.title.empty() && item.text) {
        item.title =
            clean_line(item.text->substr(0, item.text->find('\n')), caption_title_code_points);
    }
    if (item.title.empty())
        return Error{"no_title", "the item has neither title nor text"};
    if (item.native_id.empty())
        return Error{"no_id", "the item has no id", {}, "give it an 'id', or a 'url'"};
    if (item.native_id.size() > id_bytes)
        return Error{"bad_field", fmt::format("the id is longer than {} bytes", id_bytes)};
    return {};
}

} // namespace

Result<TrendItem> finished_item(TrendItem item, const std::optional<Error>& error) {
    if (error)
        return *error;
    if (item.native_id.empty())
        item.native_id = item.url.value_or(item.link.value_or(""));
    SMOS_CHECK(clean(item));
    if (item.created_at && *item.created_at > item.observed_at) {
        return Error{"created_after_observed",
                     fmt::format("item '{}' was created at {}, after it was observed at {}",
                                 item.native_id.substr(0, 60),
                                 format_rfc3339(*item.created_at),
                                 format_rfc3339(item.observed_at)),
                     {},
                     "check the clocks of both, or give --now"};
    }
    item.url = safe_url(item.url.value_or(""));
    item.link = safe_url(item.link.value_or(""));
    std::vector<std::string> tags;
    for (const std::string& tag : item.tags) {
        std::string cleaned = clean_line(tag, caption_title_code_points);
        if (!cleaned.empty() && std::find(tags.begin(), tags.end(), cleaned) == tags.end() &&
            tags.size() < tags_most)
            tags.push_back(std::move(cleaned));
    }
    item.tags = std::move(tags);
    if (item.language)
        item.language = clean_line(*item.language, 35);
    return item;
}

Result<TrendItem> reddit_item(const Json& data, Instant observed) {
    TrendFields fields{data};
    TrendItem item;
    item.platform = "reddit";
    item.source = subreddit(fields.text({"subreddit", "subreddit_name_prefixed"}).value_or(""));
    item.native_id = without_type_prefix(fields.id({"id", "name"}).value_or(""));
    item.title = fields.text({"title"}).value_or("");
    item.text = body_of(fields.text({"selftext"}));
    item.link = reddit_url(fields.text({"url"}));
    item.url = reddit_url(fields.text({"permalink"}));
    if (!item.url)
        item.url = item.link;
    add_tag(item, fields.text({"link_flair_text"}));
    if (fields.is_true("over_18"))
        add_tag(item, "nsfw");
    item.created_at = fields.time({"created_utc"});
    item.observed_at = observed_at(fields, observed);
    item.metrics.upvotes = reddit_upvotes(fields);
    item.metrics.comments = fields.count({"num_comments"});
    item.metrics.shares = fields.count({"num_crossposts"});
    item.metrics.views = fields.count({"view_count"});
    item.metrics.upvote_ratio = fields.ratio({"upvote_ratio"});
    return finished_item(std::move(item), fields.error());
}

Result<TrendItem> apify_reddit_item(const Json& row, Instant observed) {
    TrendFields fields{row};
    const std::string kind = fields.text({"dataType"}).value_or("post");
    if (kind != "post")
        return Error{"not_a_post", fmt::format("a row of dataType '{}' is not a post", kind)};
    TrendItem item;
    item.platform = "reddit";
    item.source = subreddit(fields.text({"communityName", "parsedCommunityName"}).value_or(""));
    item.native_id = without_type_prefix(fields.id({"parsedId", "id"}).value_or(""));
    item.title = fields.text({"title"}).value_or("");
    item.text = body_of(fields.text({"body"}));
    item.url = fields.text({"postUrl", "url"});
    item.link = fields.text({"contentUrl"});
    add_tag(item, fields.text({"flair"}));
    if (fields.is_true("over18"))
        add_tag(item, "nsfw");
    item.created_at = fields.time({"createdAt"});
    item.observed_at = observed_at(fields, observed);
    item.metrics.upvotes = fields.signed_count({"upVotes"});
    item.metrics.comments = fields.count({"numberOfComments", "commentsCount"});
    item.metrics.upvote_ratio = fields.ratio({"upVoteRatio"});
    return finished_item(std::move(item), fields.error());
}

Result<TrendItem> tiktok_item(const Json& row, Instant observed) {
    TrendFields fields{row};
    TrendItem item;
    item.platform = "tiktok";
    if (const Json* author = fields.find({"authorMeta"}); author != nullptr && author->is_object())
        item.source = "@" + TrendFields{*author}.text({"name"}).value_or("unknown");
    item.native_id = fields.id({"id"}).value_or("");
    item.text = fields.text({"text"});
    item.url = fields.text({"webVideoUrl"});
    item.language = fields.text({"textLanguage"});
    item.tags = tag_names(fields, "hashtags");
    item.created_at = fields.time({"createTimeISO", "createTime"});
    item.observed_at = observed_at(fields, observed);
    item.metrics.upvotes = fields.count({"diggCount"});
    item.metrics.comments = fields.count({"commentCount"});
    item.metrics.shares = fields.count({"shareCount"});
    item.metrics.views = fields.count({"playCount"});
    if (item.title.empty() && (!item.text || item.text->empty()))
        item.title = item.tags.empty() ? "" : "#" + item.tags.front();
    return finished_item(std::move(item), fields.error());
}

Result<TrendItem> ain_trend_item(const Json& message, Instant observed) {
    TrendFields fields{message};
    TrendItem item;
    item.platform = fields.text({"source"}).value_or("trend");
    item.native_id = fields.id({"trend_id"}).value_or("");
    item.title = fields.text({"title"}).value_or("");
    item.tags = fields.texts("tags");
    item.observed_at = fields.time({"timestamp"}).value_or(observed);
    return finished_item(std::move(item), fields.error());
}

Result<TrendItem>
json_feed_item(const Json& entry, const std::string& feed_title, Instant observed) {
    TrendFields fields{entry};
    TrendItem item;
    item.platform = "feed";
    item.source = feed_title;
    item.native_id = fields.id({"id"}).value_or("");
    item.title = fields.text({"title"}).value_or("");
    item.text = fields.text({"content_text", "summary"});
    if (const auto html = fields.text({"content_html"}); !item.text && html)
        item.text = text_of_html(*html);
    item.url = fields.text({"url"});
    item.link = fields.text({"external_url"});
    item.language = fields.text({"language"});
    item.tags = fields.texts("tags");
    item.created_at = fields.time({"date_published"});
    item.observed_at = observed;
    return finished_item(std::move(item), fields.error());
}

Result<TrendItem> plain_item(const Json& object, Instant observed) {
    TrendFields fields{object};
    TrendItem item;
    item.platform = plain_platform(fields, object);
    item.source = fields.text({"source"}).value_or("");
    item.native_id = fields.id({"native_id", "id", "objectID", "guid"}).value_or("");
    item.title = fields.text({"title", "name", "headline", "topic"}).value_or("");
    item.text = fields.text({"text", "body", "description", "summary", "content", "story_text"});
    item.url = fields.text({"url", "link", "permalink"});
    if (item.platform == "hn") {
        item.link = item.url;
        item.url = "https://news.ycombinator.com/item?id=" + item.native_id;
        item.text = item.text ? std::optional{text_of_html(*item.text)} : std::nullopt;
    }
    item.language = fields.text({"language", "lang"});
    item.tags = tag_names(fields, "tags");
    item.created_at = fields.time(
        {"created_at", "created", "created_utc", "createdAt", "published_at", "published", "time"});
    item.observed_at = observed_at(fields, observed);
    item.metrics.upvotes = plain_upvotes(fields);
    item.metrics.comments =
        fields.count({"comments", "num_comments", "comment_count", "descendants", "replies"});
    item.metrics.shares = fields.count({"shares", "share_count", "reposts", "num_crossposts"});
    item.metrics.views = fields.count({"views", "view_count", "plays"});
    item.metrics.upvote_ratio = fields.ratio({"upvote_ratio"});
    return finished_item(std::move(item), fields.error());
}

} // namespace smos::providers
