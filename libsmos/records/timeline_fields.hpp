// SPDX-License-Identifier: Apache-2.0
// Reads one JSON object of a timeline: every key has to be known, the first problem is kept with
// its path.
#pragma once

#include "libsmos/records/timeline.hpp"

#include <functional>
#include <set>

namespace smos::records::timeline_fields {

struct Problem {
    std::optional<Error> error;
};

class Reader {
  public:
    Reader(const Json& json,
           std::string path,
           Problem& problem,
           const std::int64_t& rate_num,
           const std::int64_t& rate_den);

    const Json* find(const char* key); // marks the key as known
    void fail(const char* key, const std::string& what);

    void text(const char* key, std::string& value, bool required);
    void optional_text(const char* key, std::optional<std::string>& value);
    void texts(const char* key, std::vector<std::string>& values);
    void flag(const char* key, bool& value);
    void integer(const char* key, std::int64_t& value, std::int64_t least, std::int64_t most);
    void integers(const char* key, std::vector<std::int64_t>& values);
    void number(const char* key, double& value, double least, double most);
    void pair(const char* key,
              std::int64_t& first,
              std::int64_t& second,
              std::int64_t least,
              std::int64_t most);
    void json(const char* key, Json& value);
    void optional_json(const char* key, JsonBox& value);
    void time(const char* key, TimelineTime& value);    // frames
    void samples(const char* key, TimelineTime& value); // samples at 48 kHz
    std::optional<Reader> object(const char* key);
    void each(const char* key, const std::function<void(Reader)>& on_element);
    void each_member(const char* key,
                     const std::function<void(const std::string&, Reader)>& on_member);
    /// Reports a key that nobody asked for.
    void done();

  private:
    Reader inner(const Json& json, const std::string& path) const;
    void read_time(const char* key, TimelineTime& value, bool in_samples);

    const Json* json_;
    std::string path_;
    Problem* problem_;
    const std::int64_t* rate_num_;
    const std::int64_t* rate_den_;
    std::set<std::string> known_;
};

} // namespace smos::records::timeline_fields
