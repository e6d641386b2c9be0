// SPDX-License-Identifier: Apache-2.0
// Which form a JSON value has, and the items that it holds.
#include "libsmos/providers/trends/trend_decode.hpp"

#include "libsmos/providers/trends/trend_forms.hpp"
#include "libsmos/providers/trends/trend_text.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::providers {
namespace {

using records::Json;

bool is_text(const Json& object, const char* name, std::string_view wanted) {
    const auto member = object.find(name);
    return member != object.end() && member->is_string() &&
           member->get_ref<const std::string&>() == wanted;
}

bool has_any(const Json& object, std::initializer_list<const char*> names) {
    return std::any_of(
        names.begin(), names.end(), [&](const char* name) { return object.contains(name); });
}

const Json* array_in(const Json& object, const char* name) {
    const auto member = object.find(name);
    return member != object.end() && member->is_array() ? &*member : nullptr;
}

/// A walk over one value that knows where it is.
class Walk {
  public:
    explicit Walk(const TrendSink& sink) : sink_(sink) {}

    void value(const Json& value, const std::string& path, Instant observed) {
        if (value.is_array()) {
            elements(value, path, observed);
        } else if (!value.is_object()) {
            reject(
                value, path, {"not_an_item", fmt::format("{} is not an item", value.type_name())});
        } else {
            object(value, path, observed);
        }
    }

  private:
    void elements(const Json& array, const std::string& path, Instant observed) {
        for (std::size_t i = 0; i < array.size(); ++i)
            value(array[i], fmt::format("{}[{}]", path, i), observed);
    }

    void object(const Json& object, const std::string& path, Instant outer) {
        const auto observed = own_observed(object, outer);
        if (!observed)
            return reject(object, path, observed.error());
        if (is_text(object, "kind", "Listing"))
            return listing(object, path, *observed);
        if (const auto data = object.find("data");
            object.contains("kind") && data != object.end() && data->is_object())
            return thing(object, *data, path, *observed);
        if (const Json* items = array_in(object, "items"); items != nullptr && is_feed(object))
            return feed(object, *items, path, *observed);
        for (const char* name : {"trends", "hits", "items"}) {
            const Json* inside = array_in(object, name);
            if (inside != nullptr && !has_any(object, {"title", "trend_id"}))
                return elements(*inside, fmt::format("{}.{}", path, name), *observed);
        }
        emit(object, path, item(object, *observed));
    }

    static bool is_feed(const Json& object) {
        const auto version = object.find("version");
        return version != object.end() && version->is_string() &&
               version->get_ref<const std::string&>().find("jsonfeed.org") != std::string::npos;
    }

    static Result<Instant> own_observed(const Json& object, Instant outer) {
        TrendFields fields{object};
        const auto at = fields.time({"observed_at", "retrieved_at"});
        if (fields.error())
            return *fields.error();
        return at.value_or(outer);
    }

    void listing(const Json& object, const std::string& path, Instant observed) {
        const auto data = object.find("data");
        const Json* children =
            data != object.end() && data->is_object() ? array_in(*data, "children") : nullptr;
        if (children == nullptr)
            return reject(object, path, {"bad_listing", "a Listing without data.children"});
        elements(*children, path + ".data.children", observed);
    }

    void thing(const Json& object, const Json& data, const std::string& path, Instant observed) {
        if (is_text(object, "kind", "t3"))
            return emit(object, path, reddit_item(data, observed));
        reject(object,
               path,
               {"not_a_post",
                fmt::format("kind {} is not a post (t3)",
                            records::dump(object["kind"]).substr(0, 40))});
    }

    void feed(const Json& object, const Json& items, const std::string& path, Instant observed) {
        TrendFields fields{object};
        const std::string title = fields.text({"title"}).value_or("");
        const auto language = fields.text({"language"});
        for (std::size_t i = 0; i < items.size(); ++i) {
            const std::string where = fmt::format("{}.items[{}]", path, i);
            if (!items[i].is_object()) {
                reject(items[i], where, {"not_an_item", "a feed item that is no object"});
                continue;
            }
            auto read = json_feed_item(items[i], title, observed);
            if (read && !read->language)
                read->language = language;
            emit(items[i], where, std::move(read));
        }
    }

    static Result<TrendItem> item(const Json& object, Instant observed) {
        if (object.contains("error") && !has_any(object, {"id", "title"})) {
            return Error{"error_item",
                         fmt::format("the scraper reports an error instead of an item: {}",
                                     clean_line(records::dump(object["error"]), 200))};
        }
        if (object.contains("trend_id"))
            return ain_trend_item(object, observed);
        if (has_any(object, {"dataType", "upVotes", "numberOfComments", "parsedCommunityName"}))
            return apify_reddit_item(object, observed);
        if (has_any(object, {"diggCount", "webVideoUrl", "authorMeta"}))
            return tiktok_item(object, observed);
        if (object.contains("subreddit"))
            return reddit_item(object, observed);
        return plain_item(object, observed);
    }

    void emit(const Json& object, const std::string& path, Result<TrendItem> read) {
        if (read) {
            sink_.item(*std::move(read));
        } else {
            reject(object, path, read.error());
        }
    }

    void reject(const Json& value, const std::string& path, Error error) {
        error.where = path;
        sink_.reject(error, path.empty() ? std::string{} : records::dump(value));
    }

    const TrendSink& sink_;
};

} // namespace

void decode_trends(const Json& value, Instant observed, const TrendSink& sink) {
    Walk{sink}.value(value, "", observed);
}

} // namespace smos::providers
