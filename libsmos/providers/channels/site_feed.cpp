// SPDX-License-Identifier: Apache-2.0
// The site's feeds: RSS 2.0 and JSON Feed 1.1; and its style sheet.
#include "libsmos/core/clock.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/providers/channels/site_page.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <array>

namespace smos::providers {
namespace {

/// "Fri, 20 Nov 2026 12:00:00 GMT", as RSS wants it.
std::string rfc822(const std::string& rfc3339) {
    static constexpr std::array days{"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static constexpr std::array months{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto at = parse_rfc3339(rfc3339);
    if (!at)
        return "";
    const std::string text = format_rfc3339(*at);
    const auto day = static_cast<std::size_t>(utc_day(*at) % 7);
    const auto month = static_cast<std::size_t>(std::stoi(text.substr(5, 2)) - 1);
    return fmt::format("{}, {} {} {} {} GMT",
                       days[day],
                       text.substr(8, 2),
                       months[month],
                       text.substr(0, 4),
                       text.substr(11, 8));
}

std::string page_address(const std::string& base_url, const SitePost& post) {
    return address_of(base_url, post) + "/index.html";
}

} // namespace

std::string address_of(const std::string& base_url, const SitePost& post) {
    if (base_url.empty())
        return post.folder;
    return fmt::format("{}/{}/{}", base_url, post.persona_id, post.folder);
}

std::string rss_feed(const std::vector<SitePost>& posts, const std::string& base_url) {
    const SitePost& newest = posts.front();
    const std::string home = base_url.empty()
                                 ? "index.html"
                                 : fmt::format("{}/{}/index.html", base_url, newest.persona_id);
    std::string items;
    for (const SitePost& post : posts) {
        items += fmt::format(
            "<item>\n<title>{}</title>\n<link>{}</link>\n<guid isPermaLink=\"false\">{}</guid>\n"
            "<pubDate>{}</pubDate>\n<description>{}</description>\n"
            "<enclosure url=\"{}/video.mp4\" length=\"{}\" type=\"video/mp4\"/>\n</item>\n",
            escape_html(one_line(post.title)),
            escape_html(page_address(base_url, post)),
            escape_html(post.persona_id + "/" + post.folder),
            rfc822(post.published_at),
            escape_html(one_line(post.caption)),
            escape_html(address_of(base_url, post)),
            post.video_bytes);
    }
    return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\">\n"
                       "<channel>\n<title>{0}</title>\n<link>{1}</link>\n"
                       "<description>{0}, a synthetic persona. Made with AI.</description>\n"
                       "<language>{2}</language>\n{3}</channel>\n</rss>\n",
                       escape_html(one_line(newest.persona_name)),
                       escape_html(home),
                       escape_html(newest.language),
                       items);
}

std::string json_feed(const std::vector<SitePost>& posts, const std::string& base_url) {
    records::Json items = records::Json::array();
    for (const SitePost& post : posts) {
        items.push_back(
            {{"id", post.persona_id + "/" + post.folder},
             {"url", page_address(base_url, post)},
             {"title", post.title},
             {"content_text", post.caption},
             {"date_published", post.published_at},
             {"image", address_of(base_url, post) + "/poster.jpg"},
             {"tags", post.hashtags},
             {"attachments",
              records::Json::array({{{"url", address_of(base_url, post) + "/video.mp4"},
                                     {"mime_type", "video/mp4"},
                                     {"size_in_bytes", post.video_bytes}}})},
             {"_smos",
              {{"ai_generated", true}, {"digital_source_type", post.digital_source_type}}}});
    }
    const SitePost& newest = posts.front();
    return records::Json{
               {"version", "https://jsonfeed.org/version/1.1"},
               {"title", newest.persona_name},
               {"description", newest.persona_name + ", a synthetic persona. Made with AI."},
               {"language", newest.language},
               {"items", items}}
               .dump(2) +
           "\n";
}

std::string site_style() {
    return R"css(:root { color-scheme: dark light; --ink: #f3f1ec; --paper: #121318;
  --soft: #9b9ba6; --line: #2a2c35; --accent: #ffb454; }
@media (prefers-color-scheme: light) { :root { --ink: #17181d; --paper: #faf8f4; --soft: #62636e;
  --line: #dedbd3; --accent: #a85a00; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 17px/1.55 system-ui, "Segoe UI", "DejaVu Sans", sans-serif;
  overflow-wrap: anywhere; }
header, main { max-width: 68rem; margin: 0 auto; padding: 1rem 1.25rem; }
header a { color: var(--soft); text-decoration: none; }
a { color: var(--accent); }
h1 { font-size: clamp(1.5rem, 4vw, 2.4rem); line-height: 1.15; margin: .5rem 0 .75rem; }
h2 { font-size: 1.05rem; }
.post { display: grid; gap: 2rem; grid-template-columns: minmax(0, 24rem) minmax(0, 1fr); }
video { width: 100%; height: auto; border-radius: 14px; background: #000; }
.meta, time, .length { color: var(--soft); font-size: .9rem; }
.disclosure { border-left: 3px solid var(--accent); padding: .5rem .9rem; color: var(--soft); }
.tags { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .5rem; }
.tags li { border: 1px solid var(--line); border-radius: 99px; padding: .1rem .7rem;
  font-size: .9rem; }
.cards { list-style: none; padding: 0; display: grid; gap: 1.5rem;
  grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); }
.card a { color: inherit; text-decoration: none; position: relative; display: block; }
.card img { width: 100%; height: auto; border-radius: 12px; display: block; }
.card h2 { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 4;
  overflow: hidden; }
.length { position: absolute; right: .5rem; top: .5rem; background: #000a; color: #fff;
  border-radius: 6px; padding: 0 .4rem; }
@media (max-width: 46rem) { .post { grid-template-columns: 1fr; } }
)css";
}

} // namespace smos::providers
