// SPDX-License-Identifier: Apache-2.0
// RSS 2.0, RSS 1.0 and Atom. Elements are matched by local name, since prefixes are the feed's own.
#include "libsmos/providers/trends/trend_decode.hpp"
#include "libsmos/providers/trends/trend_fields.hpp"
#include "libsmos/providers/trends/trend_forms.hpp"
#include "libsmos/providers/trends/trend_text.hpp"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <charconv>
#include <sstream>

namespace smos::providers {
namespace {

constexpr int feed_depth = 64;

std::string_view local_name(pugi::xml_node node) {
    const std::string_view name = node.name();
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node child(pugi::xml_node parent, std::string_view name) {
    for (const pugi::xml_node node : parent.children()) {
        if (local_name(node) == name)
            return node;
    }
    return {};
}

/// The element's own text and that below it (Atom's xhtml content), joined.
std::string inner_text(pugi::xml_node node) {
    std::string text;
    struct Collect : pugi::xml_tree_walker {
        std::string* out = nullptr;
        bool for_each(pugi::xml_node& inner) override {
            *out += inner.value();
            return true;
        }
    } collect;
    collect.out = &text;
    node.traverse(collect);
    return text;
}

std::optional<std::string> text_of(pugi::xml_node parent,
                                   std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        if (const pugi::xml_node node = child(parent, name)) {
            std::string text = inner_text(node);
            if (!clean_line(text, 1).empty())
                return text;
        }
    }
    return std::nullopt;
}

std::optional<std::int64_t> count_of(const std::string& text) {
    std::int64_t count = 0;
    const char* end = text.data() + text.size();
    const auto [stop, failed] = std::from_chars(text.data(), end, count);
    if (failed != std::errc{} || stop != end || count < 0 || count > (std::int64_t{1} << 53))
        return std::nullopt;
    return count;
}

/// Atom has the address in an attribute, RSS in the text.
std::optional<std::string> link_of(pugi::xml_node entry) {
    std::optional<std::string> first;
    for (const pugi::xml_node node : entry.children()) {
        if (local_name(node) != "link")
            continue;
        const std::string href = node.attribute("href").value();
        const std::string relation = node.attribute("rel").value();
        const std::string address = clean_line(href.empty() ? inner_text(node) : href, 4096);
        if (address.empty())
            continue;
        if (relation.empty() || relation == "alternate")
            return address;
        if (!first)
            first = address;
    }
    return first;
}

void read_counts(pugi::xml_node entry, TrendItem& item) {
    if (const auto comments = text_of(entry, {"comments"}))
        item.metrics.comments = count_of(clean_line(*comments, 20)); // slash:comments
    for (const pugi::xml_node node : entry.children()) {
        if (std::string_view{node.name()} == "slash:comments")
            item.metrics.comments = count_of(clean_line(inner_text(node), 20));
    }
    const pugi::xml_node community = child(child(entry, "group"), "community");
    item.metrics.views = count_of(child(community, "statistics").attribute("views").value());
    item.metrics.upvotes = count_of(child(community, "starRating").attribute("count").value());
}

std::optional<std::string> body_of(pugi::xml_node entry) {
    auto body = text_of(entry, {"encoded", "content", "description", "summary"});
    if (!body)
        body = text_of(child(entry, "group"), {"description"});
    return body ? std::optional{text_of_html(*body)} : std::nullopt;
}

void read_tags(pugi::xml_node entry, TrendItem& item) {
    for (const pugi::xml_node node : entry.children()) {
        if (local_name(node) != "category" && local_name(node) != "subject")
            continue;
        const std::string term = node.attribute("term").value();
        item.tags.push_back(term.empty() ? inner_text(node) : term);
    }
}

Result<TrendItem> feed_item(pugi::xml_node entry, const TrendItem& feed) {
    TrendItem item = feed;
    item.native_id = text_of(entry, {"guid", "id"}).value_or("");
    if (const std::string about = entry.attribute("rdf:about").value(); item.native_id.empty())
        item.native_id = about;
    item.title = text_of_html(text_of(entry, {"title"}).value_or(""));
    item.text = body_of(entry);
    item.url = link_of(entry);
    read_tags(entry, item);
    read_counts(entry, item);
    std::optional<Error> problem;
    if (const auto date = text_of(entry, {"pubDate", "published", "date", "updated"})) {
        item.created_at = instant_of_text(clean_line(*date, 60));
        if (!item.created_at)
            problem = Error{"bad_field", fmt::format("'{}' is not a date", clean_line(*date, 60))};
    }
    return finished_item(std::move(item), problem);
}

/// The element around the feed's own title, and the one around its entries.
struct Places {
    pugi::xml_node head;
    pugi::xml_node entries;
};

std::optional<Places> places_of(const pugi::xml_document& document) {
    const pugi::xml_node root = document.document_element();
    if (local_name(root) == "feed")
        return Places{root, root};
    if (local_name(root) == "rss")
        return Places{child(root, "channel"), child(root, "channel")};
    if (local_name(root) == "RDF")
        return Places{child(root, "channel"), root};
    return std::nullopt;
}

std::string outer_xml(pugi::xml_node node) {
    std::ostringstream out;
    node.print(out, "", pugi::format_raw);
    return out.str();
}

/// The parser builds without recursion, but walking and printing recurse as deep as the input says.
bool too_deep(std::string_view xml) {
    int depth = 0;
    for (std::size_t at = 0; (at = xml.find('<', at)) != std::string_view::npos; ++at) {
        const std::string_view tag = xml.substr(at);
        if (tag.rfind("<![CDATA[", 0) == 0) {
            at = std::min(xml.size() - 1, xml.find("]]>", at));
        } else if (tag.rfind("<!--", 0) == 0) {
            at = std::min(xml.size() - 1, xml.find("-->", at));
        } else if (tag.size() > 1 && tag[1] == '/') {
            --depth;
        } else if (tag.size() > 1 && tag[1] != '?' && tag[1] != '!') {
            const std::size_t end = xml.find('>', at);
            if (end != std::string_view::npos && xml[end - 1] != '/' && ++depth > feed_depth)
                return true;
        }
    }
    return false;
}

} // namespace

void decode_feed(std::string_view xml, Instant observed, const TrendSink& sink) {
    if (too_deep(xml)) {
        return sink.reject({"bad_feed", fmt::format("elements nest deeper than {}", feed_depth)},
                           xml);
    }
    pugi::xml_document document;
    const pugi::xml_parse_result parsed = document.load_buffer(
        xml.data(),
        xml.size(),
        pugi::parse_default | pugi::parse_ws_pcdata_single | pugi::parse_doctype);
    if (!parsed) {
        return sink.reject(
            {"bad_feed", fmt::format("{} at byte {}", parsed.description(), parsed.offset)}, xml);
    }
    for (const pugi::xml_node node : document.children()) {
        if (node.type() == pugi::node_doctype) {
            return sink.reject(
                {"bad_feed", "a document type declaration", {}, "remove the <!DOCTYPE ...>"}, xml);
        }
    }
    const auto places = places_of(document);
    if (!places) {
        return sink.reject(
            {"bad_feed",
             fmt::format("<{}> is no feed", clean_line(document.document_element().name(), 40)),
             {},
             "RSS 2.0, RSS 1.0 and Atom are read"},
            xml);
    }
    TrendItem feed;
    feed.platform = "feed";
    feed.source = clean_line(text_of(places->head, {"title"}).value_or(""), 200);
    feed.language = text_of(places->head, {"language"});
    if (const std::string language = places->head.attribute("xml:lang").value(); !language.empty())
        feed.language = language;
    feed.observed_at = observed;
    std::size_t number = 0;
    for (const pugi::xml_node entry : places->entries.children()) {
        if (local_name(entry) != "item" && local_name(entry) != "entry")
            continue;
        auto read = feed_item(entry, feed);
        ++number;
        if (read) {
            sink.item(*std::move(read));
            continue;
        }
        Error error = read.error();
        error.where = fmt::format("entry {}", number);
        sink.reject(error, outer_xml(entry));
    }
}

} // namespace smos::providers
