// SPDX-License-Identifier: Apache-2.0
// The run loop of a filter: lines in, records through a stage, lines out, malformed ones aside.
#include "libsmos/cli/context.hpp"
#include "libsmos/cli/input.hpp"
#include "libsmos/cli/signals.hpp"
#include "libsmos/cli/state.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/core/limits.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace smos::cli {
namespace {

bool is_negative(std::string_view status) {
    return status == "skipped" || status == "refused" || status == "rejected" ||
           status == "review" || status == "failed";
}

void append_all(int fd, std::string_view bytes, const std::string& path) {
    while (!bytes.empty()) {
        const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            throw Fatal(ExitStatus::io_error,
                        fmt::format("{}: {}", path, std::strerror(errno)),
                        "rejected lines cannot be kept; make room or choose another --rejects");
        bytes.remove_prefix(static_cast<std::size_t>(wrote));
    }
}

/// The file of --rejects, made with the first rejected line; -1 without the option.
int rejects_file(Context::State& state) {
    const auto at = state.settings.by_name.find("rejects");
    if (at == state.settings.by_name.end() || at->second.texts.empty())
        return -1;
    if (!state.rejects) {
        const std::string& path = at->second.texts.back();
        state.rejects.reset(
            ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600));
        if (!state.rejects)
            throw Fatal(ExitStatus::cannot_create,
                        fmt::format("{}: {}", path, std::strerror(errno)),
                        "name a file for --rejects that can be written");
    }
    return state.rejects.get();
}

void keep_rejected(Context::State& state, std::string_view bytes) {
    const int fd = rejects_file(state);
    if (fd >= 0)
        append_all(fd, bytes, state.settings.by_name.at("rejects").texts.back());
}

void say_rejected(Context& context, const records::LinePlace& place, const Error& error) {
    Error said = error;
    said.where = fmt::format("{}:{} (byte {})",
                             place.input == "-" ? "standard input" : place.input,
                             place.line,
                             place.byte_offset);
    if (!error.where.empty())
        said.message += " at " + error.where + " of the line";
    context.error(said);
    context.set_status(ExitStatus::bad_input);
}

Error too_long_error() {
    return {"line_too_long",
            fmt::format("the line is longer than {} bytes", limits::record_line_bytes),
            "",
            "media and long texts belong in files beside the line"};
}

void count_outcome(Context::State& state, const records::Record& record) {
    if (!record.is_production())
        return;
    if (const auto status = record.status())
        ++state.outcomes[std::string{name_of(*status)}];
}

void say_outcomes(Context& context, const std::map<std::string, std::int64_t>& outcomes) {
    std::string summary;
    for (const auto& [status, count] : outcomes)
        summary += fmt::format("{}{} {}", summary.empty() ? "" : ", ", count, status);
    context.info(summary.empty() ? "no records" : "records: " + summary);
}

} // namespace

std::vector<std::string> Context::inputs() const {
    if (positionals().empty())
        return {"-"};
    return positionals();
}

records::ReadSome Context::open_input(const std::string& input) {
    auto source = open_for_reading(input, [this] { state_->out.flush(); });
    if (!source) {
        Error named = source.error();
        throw Fatal(ExitStatus::no_input, named.where + ": " + named.message, named.hint);
    }
    return *std::move(source);
}

void Context::reject(const records::LinePlace& place, const Error& error, std::string_view bytes) {
    say_rejected(*this, place, error);
    keep_rejected(std::string{bytes} + (bytes.empty() || bytes.back() != '\n' ? "\n" : ""));
}

void Context::reject(const records::LinePlace& place, const Error& error) {
    say_rejected(*this, place, error);
}

void Context::keep_rejected(std::string_view piece) { smos::cli::keep_rejected(*state_, piece); }

void Context::write_line(std::string_view line) { state_->out.line(line); }
void Context::flush() { state_->out.flush(); }

void Context::write_text(std::string_view bytes) { state_->out.text(bytes); }

namespace {

/// One input from its first line to its last.
void read_lines(Context& context,
                records::LineReader& reader,
                const std::function<void(records::Record)>& on_record) {
    std::string line;
    const records::RejectBytes keep = [&](std::string_view piece) {
        keep_rejected(context.state(), piece);
    };
    while (!context.interrupted()) {
        const auto next = reader.next(line, keep);
        if (next == records::LineReader::Next::end)
            return;
        if (next == records::LineReader::Next::too_long) {
            say_rejected(context, reader.place(), too_long_error());
            continue;
        }
        auto record = records::Record::parse(line);
        if (!record) {
            context.reject(reader.place(), record.error(), line);
            continue;
        }
        context.state().out.flush_if_stale();
        on_record(*std::move(record));
    }
}

void refuse_terminal(const ToolSpec& spec) {
    if (::isatty(STDIN_FILENO) != 1)
        return;
    throw Fatal(ExitStatus::usage,
                "no input: production records come from FILEs or a pipe",
                fmt::format("name a FILE, pipe into {}, or see {} --help", spec.name, spec.name));
}

} // namespace

void Context::each_record(const std::function<void(records::Record)>& on_record) {
    if (positionals().empty())
        refuse_terminal(spec());
    for (const std::string& input : inputs()) {
        if (interrupted())
            return;
        auto source = open_for_reading(input, [this] {
            if (state_->before_wait)
                state_->before_wait();
            state_->out.flush();
        });
        if (!source) { // said, and the others are still read
            error(source.error());
            set_status(ExitStatus::no_input);
            continue;
        }
        records::LineReader reader(input, *std::move(source));
        try {
            read_lines(*this, reader, on_record);
        } catch (const Interrupted&) {
            return;
        }
        if (reader.place().line == 0 && input != "-")
            warn(fmt::format("{}: empty, no record was read", input));
    }
}

namespace {

/// Lines on their way through a stage, in their order. A group is finished when it is full, and
/// before anything that may wait.
class Passage {
  public:
    Passage(Context& context, records::Stage& stage)
        : context_(context),
          stage_(stage),
          most_(stage.most_together()) {
        context_.state().before_wait = [this] { finish(); };
    }
    Passage(const Passage&) = delete;
    Passage& operator=(const Passage&) = delete;
    ~Passage() { context_.state().before_wait = nullptr; }

    void add(records::Record record) {
        if (!stage_.concerns(record)) {
            if (group_.empty())
                write(record, record.line());
            else
                behind_.emplace_back(group_.size(), std::move(record));
            return;
        }
        context_.state().out.flush(); // what is done does not wait for this record's work
        group_.push_back(std::move(record));
        if (group_.size() >= most_)
            finish();
    }

    void finish() {
        if (group_.empty())
            return;
        const auto made = stage_.apply_together(std::exchange(group_, {}));
        context_.state().progress.rest(); // waiting for the next record is no work
        auto untouched = behind_.begin();
        for (std::size_t i = 0; i < made.size(); ++i) {
            for (const records::Record& done : made[i])
                write(done, done.str());
            for (; untouched != behind_.end() && untouched->first == i + 1; ++untouched)
                write(untouched->second, untouched->second.line());
        }
        behind_.clear();
    }

  private:
    void write(const records::Record& record, std::string_view line) {
        count_outcome(context_.state(), record);
        context_.write_line(line);
    }

    Context& context_;
    records::Stage& stage_;
    std::size_t most_;
    std::vector<records::Record> group_;
    // Records that do not concern the stage, with how many of the group go before them.
    std::vector<std::pair<std::size_t, records::Record>> behind_;
};

} // namespace

void Context::run_stage(records::Stage& stage) {
    Passage passage{*this, stage};
    each_record([&](records::Record record) { passage.add(std::move(record)); });
    passage.finish();
    say_outcomes(*this, state_->outcomes);
    if (!flag("fail"))
        return;
    for (const auto& [status, count] : state_->outcomes)
        if (is_negative(status) && count > 0)
            set_status(ExitStatus::negative);
}

} // namespace smos::cli
