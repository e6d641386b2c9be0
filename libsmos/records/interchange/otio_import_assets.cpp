// SPDX-License-Identifier: Apache-2.0
// Names and media of an OTIO file.
#include "libsmos/core/paths.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/records/interchange/otio_import_parts.hpp"
#include "libsmos/records/interchange/otio_nodes.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::records::interchange {
namespace {

const std::set<std::string> bookkeeping{
    "aside", "asset", "assets", "id", "index", "kept", "lane", "more", "order", "said"};

int hex(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Percent signs resolved; nothing where that gives no text or a NUL.
std::string percent_decoded(const std::string& text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? hex(text[i + 1]) : -1;
        const int low = high >= 0 ? hex(text[i + 2]) : -1;
        if (low >= 0) {
            decoded.push_back(static_cast<char>(high * 16 + low));
            i += 2;
        } else {
            decoded.push_back(text[i]);
        }
    }
    const bool usable = is_utf8(decoded) && decoded.find('\0') == std::string::npos;
    return usable ? decoded : text;
}

bool is_picture(const std::string& uri) {
    const std::size_t dot = uri.rfind('.');
    if (dot == std::string::npos)
        return false;
    const std::string ending = slug(uri.substr(dot + 1));
    static const std::set<std::string> pictures{
        "bmp", "exr", "gif", "jpeg", "jpg", "png", "tga", "tif", "tiff", "webp"};
    return pictures.count(ending) != 0;
}

std::string base_name(const std::string& uri) {
    const std::size_t slash = uri.find_last_of("/\\:");
    return slash == std::string::npos ? uri : uri.substr(slash + 1);
}

} // namespace

std::string uri_of(const std::string& url, const std::string& folder) {
    std::string path = url;
    if (url.rfind("file:", 0) == 0) {
        // file:///a, file://localhost/a, file:/a, and what is no URI but looks like one: file:a b
        path = url.substr(5);
        if (path.rfind("//", 0) == 0) {
            const std::size_t slash = path.find('/', 2);
            path = slash == std::string::npos ? "" : path.substr(slash);
        }
        if (path.empty())
            return url;
        path = percent_decoded(path);
    } else if (const std::size_t colon = url.find(':');
               colon != std::string::npos && colon > 1 && colon < url.find('/')) {
        return url; // another address; one letter before the colon is a drive
    }
    const bool drive = path.size() > 2 && path[1] == ':' && (path[2] == '\\' || path[2] == '/');
    if (drive) {
        std::replace(path.begin(), path.end(), '\\', '/');
        path.insert(path.begin(), '/');
    }
    if (path.front() != '/' && folder.empty())
        return "file:" + path;
    return file_uri(path.front() == '/' ? path : folder + "/" + path);
}

void put_extras(Json& json, const Json& ours) {
    for (const auto& [key, value] : ours.items()) {
        if (bookkeeping.count(key) == 0)
            json[key] = value;
    }
    if (const Json* more = member(ours, "more"); more != nullptr && more->is_object()) {
        for (const auto& [key, value] : more->items())
            json[key] = value;
    }
}

void put_meta(Json& json, Json residue) {
    if (residue.empty())
        return;
    if (!json.contains("meta") || !json["meta"].is_object())
        json["meta"] = Json::object();
    json["meta"]["otio"] = std::move(residue);
}

std::string id_of(const Json& node, const Json& ours) {
    const std::string id = text_of(ours, "id");
    return id.empty() ? text_of(node, "name") : id;
}

std::string Names::take(const std::string& name, const std::string& prefix) {
    const std::string first = ours_ || name.empty() ? name : slug(name);
    std::string made = first;
    while (made.empty() || !taken_.insert(made).second) {
        const int number = ++next_.try_emplace(first, first.empty() ? 0 : 1).first->second;
        made = first.empty() ? fmt::format("{}{}", prefix, number)
                             : fmt::format("{}-{}", first, number);
    }
    return made;
}

AssetImport::AssetImport(ImportScene& scene, const Json& kept_assets)
    : scene_(scene),
      assets_(Json::object()),
      names_(scene.ours) {
    if (!kept_assets.is_object())
        return;
    for (const auto& [id, asset] : kept_assets.items())
        (*assets_)[names_.take(id, "asset")] = asset;
}

const Json& AssetImport::assets() const { return *assets_; }

AssetImport::Media AssetImport::take(const Json& reference,
                                     const std::string& path,
                                     const std::string& clip,
                                     bool audio) {
    const std::string id = text_of(smos_of(reference), "asset");
    // Media that are not there are told apart by the clips that want them.
    const bool missing = member(reference, "target_url") == nullptr;
    const std::string key = (audio ? "a" : "v") + dump(reference) + (missing ? clip : "");
    const auto seen = seen_.find(key);
    if (seen != seen_.end())
        return seen->second;
    Media media;
    if (!id.empty()) {
        media = ours(reference, path, id);
    } else {
        Json asset = foreign(reference, path, audio, media.start);
        const std::string own = text_of(reference, "name");
        const std::string name = own.empty() && missing ? clip : own;
        if (own.empty() && missing)
            asset["uri"] = asset["meta"]["otio"]["uri"] = "missing:" + slug(clip);
        const std::string uri = asset["uri"].get<std::string>();
        media.id =
            names_.take(slug(name.empty() ? percent_decoded(base_name(uri)) : name), "media");
        (*assets_)[media.id] = std::move(asset);
    }
    seen_.emplace(key, media);
    return media;
}

/// A reference that we wrote; the same asset of another clip may have been given other media since.
AssetImport::Media
AssetImport::ours(const Json& reference, const std::string& path, const std::string& id) {
    const Json& ours = smos_of(reference);
    Media media{id, {}};
    Json asset = Json::object();
    Json residue = Json::object();
    const bool kept = member(ours, "kept") != nullptr;
    if (kept) {
        asset = foreign(reference, path, text_of(ours, "kind") == "audio", media.start);
        residue = asset["meta"]["otio"];
        asset.erase("meta");
    } else if (const Json* url = member(reference, "target_url"); url && url->is_string()) {
        asset["uri"] = *url;
    }
    put_extras(asset, ours);
    if (!kept) {
        put_avail(asset, reference, path, media.start);
        const Json known = Json::object({{"name", 1}, {"available_range", 1}, {"target_url", 1}});
        residue = residue_of(reference, known, true);
    }
    put_meta(asset, std::move(residue));
    const auto held = assets_->find(id);
    if (held != assets_->end() && same(*held, asset))
        return media;
    if (held != assets_->end())
        scene_.findings.guessed(path, "an asset of the same name has other media; renamed");
    media.id = names_.take(id, "media");
    (*assets_)[media.id] = std::move(asset);
    return media;
}

void AssetImport::put_avail(Json& asset,
                            const Json& reference,
                            const std::string& path,
                            Exact& start) {
    const Rate own = text_of(asset, "kind") == "audio" ? scene_.sample_rate : scene_.rate;
    const auto range = scene_.times.range_in(reference, "available_range", path);
    Json held;
    std::optional<Json> plain;
    if (range) {
        const Rate node = range->duration.rate;
        const Exact end = range->start.seconds + range->duration.seconds;
        if (!end.sound())
            return scene_.findings.refuse(path + ".available_range", "is out of range");
        held = {range->start.seconds.at(node).rounded(), end.at(node).rounded()};
        plain = Json{range->start.seconds.at(own).rounded(), end.at(own).rounded()};
    }
    start = Exact{};
    if (const auto avail = heard(smos_of(reference), "avail", held, plain))
        asset["avail"] = *avail;
}

Json AssetImport::foreign(const Json& reference,
                          const std::string& path,
                          bool audio,
                          Exact& start) {
    Json node = reference;
    if (!node.contains("metadata") || !node["metadata"].is_object())
        node["metadata"] = Json::object();
    node["metadata"].erase("smos");
    Json kept = Json::object();
    const Json* url = member(reference, "target_url");
    if (url != nullptr && !url->is_string())
        scene_.findings.refuse(path + ".target_url", "expected text");
    Json asset = Json::object();
    const std::string schema = schema_of(reference).name;
    if (schema == "ExternalReference" && url != nullptr && url->is_string()) {
        asset["uri"] = uri_of(url->get<std::string>(), scene_.folder);
    } else {
        asset["uri"] = "missing:" + slug(text_of(reference, "name"));
        if (member(smos_of(reference), "kept") == nullptr)
            scene_.findings.lost(path,
                                 schema == "MissingReference" || schema.empty()
                                     ? "has no media"
                                     : fmt::format("\"{}\" cannot be read as media",
                                                   text_of(reference, "OTIO_SCHEMA")));
    }
    const bool picture = is_picture(asset["uri"].get<std::string>());
    asset["kind"] = audio ? "audio" : picture ? "image" : "video";
    kept["node"] = std::move(node);
    kept["uri"] = asset["uri"];
    const auto range = scene_.times.range_in(reference, "available_range", path);
    if (range) {
        const Exact units = range->duration.seconds.at(audio ? scene_.sample_rate : scene_.rate);
        start = range->start.seconds;
        asset["avail"] = {0, units.rounded()};
        kept["avail"] = asset["avail"];
        if (!start.zero())
            kept["start"] = {start.num(), start.den()};
    }
    asset["meta"] = Json::object();
    asset["meta"]["otio"] = std::move(kept);
    return asset;
}

} // namespace smos::records::interchange
