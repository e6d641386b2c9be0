// SPDX-License-Identifier: Apache-2.0
// Any bytes through the line reader and the record: nothing is lost, a change changes one member.
#include "libsmos/core/limits.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/line_reader.hpp"
#include "libsmos/records/record.hpp"
#include "libsmos/records/scan.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

using namespace smos;
using namespace smos::records;

namespace {

std::vector<std::string> members_but(const std::string& line, const std::string& key) {
    std::vector<std::string> found;
    std::size_t end = 0;
    const auto problem = scan_object(line, end, [&](const ScanMember& member) {
        if (unescape(member.key) == key)
            return;
        found.emplace_back(member.key);
        found.push_back(line.substr(member.value_begin, member.value_end - member.value_begin));
    });
    SMOS_EXPECT(!problem);
    return found;
}

void check_change(const std::string& line, const std::string& key) {
    auto record = Record::parse(line);
    SMOS_EXPECT(static_cast<bool>(record));
    record->set_text(key, "changed \"\n😀");
    const std::string changed = record->str();
    auto again = Record::parse(changed);
    SMOS_EXPECT(static_cast<bool>(again));
    SMOS_EXPECT(again->text(key) == "changed \"\n😀");
    SMOS_EXPECT(members_but(line, key) == members_but(changed, key));
}

void check_line(const std::string& line) {
    auto record = Record::parse(line);
    if (!record) {
        SMOS_EXPECT(!record.error().where.empty());
        return;
    }
    SMOS_EXPECT(record->str() == line);
    (void)record->status();
    (void)record->task_id();
    (void)record->is_production();
    (void)record->member("payload");
    check_change(line, "status");
    check_change(line, "a");
    record->add_error({"tool", "code", "message", false});
    record->fail("tool", Error{"code", "message"});
    const auto failed = Record::parse(record->str());
    SMOS_EXPECT(static_cast<bool>(failed));
    SMOS_EXPECT(*failed->raw("status") == "\"failed\"");
    // What we accept as grammar the library accepts too, but for numbers and half characters.
    const auto json = parse_json(line, "line");
    SMOS_EXPECT(json || json.error().code == "bad_number" || json.error().code == "bad_text");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    const std::size_t piece = 1 + data[0]; // how the bytes come
    const std::string text{data + 1, data + size};
    std::size_t given = 0;
    LineReader reader{"fuzz", [&](char* buffer, std::size_t room) {
                          const std::size_t count = std::min({piece, room, text.size() - given});
                          std::memcpy(buffer, text.data() + given, count);
                          given += count;
                          return count;
                      }};
    std::string line, all;
    std::int64_t last = 0;
    const auto reject = [&](std::string_view bytes) { all += bytes; };
    for (auto next = reader.next(line, reject); next != LineReader::Next::end;
         next = reader.next(line, reject)) {
        SMOS_EXPECT(reader.place().line > last);
        last = reader.place().line;
        if (next == LineReader::Next::too_long)
            continue;
        const auto offset = static_cast<std::size_t>(reader.place().byte_offset);
        SMOS_EXPECT(text.compare(offset, line.size(), line) == 0);
        SMOS_EXPECT(line.size() <= limits::record_line_bytes);
        SMOS_EXPECT(line.find('\n') == std::string::npos);
        check_line(line);
    }
    SMOS_EXPECT(given == text.size());
    return 0;
}
