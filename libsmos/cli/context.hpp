// SPDX-License-Identifier: Apache-2.0
// What a running tool has in hand: its options, its clock, its state and asset places, its streams.
#pragma once

#include "libsmos/cli/spec.hpp"
#include "libsmos/core/clock.hpp"
#include "libsmos/core/exit_status.hpp"
#include "libsmos/core/money.hpp"
#include "libsmos/records/json.hpp"
#include "libsmos/records/line_reader.hpp"
#include "libsmos/records/stage.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace smos::cli {

struct ProgressStep;

/// Where the value of an option came from.
enum class Origin { flag, environment, project, user, system, explicit_file, fallback };

class Context {
  public:
    struct State;
    explicit Context(std::unique_ptr<State> state);
    ~Context();
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    const ToolSpec& spec() const;
    const std::string& command() const; // chosen verb, empty when the tool has none

    // Option values; asking for an option that the spec lacks, or by another kind, is a bug.
    bool given(std::string_view name) const; // not merely its fallback
    bool typed(std::string_view name) const; // on the command line, and no flag that is off
    bool flag(std::string_view name) const;
    std::string text(std::string_view name) const;               // text, path, directory, choice
    std::vector<std::string> texts(std::string_view name) const; // repeatable
    std::int64_t integer(std::string_view name) const;
    double number(std::string_view name) const;
    Micros usd(std::string_view name) const;
    std::optional<Instant> time(std::string_view name) const;
    const std::vector<std::string>& positionals() const;

    // Shared facts.
    Instant now() const; // the frozen --now, else the system's clock
    bool now_is_frozen() const;
    std::string now_text() const; // RFC 3339
    std::uint64_t seed() const;   // --seed, default 0
    bool dry_run() const;
    std::string state_path() const;  // --state, default $XDG_STATE_HOME/smos/state.db
    std::string assets_path() const; // --assets, default $XDG_DATA_HOME/smos/cas
    std::string version() const;     // "0.1.0"
    /// The merged configuration of the trusted files (user, system, --config) as one JSON object,
    /// for what is not an option: bindings, prices, channels, models. Never from ./smos.yaml.
    const records::Json& trusted_config() const;
    /// The `style:` map: the trusted files' with that of ./smos.yaml laid over it; never secrets.
    const records::Json& style() const;

    /// Fills tool, version, at and elapsed_ms (since `started_us` of monotonic_us(); 0 when
    /// frozen).
    records::Stamp stamp(std::int64_t started_us) const;

    // Streams.
    /// Every line of the positional FILEs (or stdin). Malformed ones go to stderr and --rejects.
    void each_record(const std::function<void(records::Record)>& on_record);
    /// One line to stdout; throws when the reader is gone or the disk is full.
    void write_line(std::string_view line);
    /// Exactly these bytes to stdout: for what is known by its hash.
    void write_text(std::string_view bytes);
    /// What was written leaves now: before a wait.
    void flush();
    /// The run loop of a filter: unconcerned lines pass untouched, the others go through `stage`.
    /// Counts negative outcomes (refused, rejected, failed, skipped, review) for --fail.
    void run_stage(records::Stage& stage);
    /// Raw input for tools that do not read lines: the named inputs, or "-" when there are none.
    std::vector<std::string> inputs() const;
    records::ReadSome open_input(const std::string& input);
    /// A malformed piece of input: named on stderr, kept in --rejects, exit status 65 at the end.
    void reject(const records::LinePlace& place, const Error& error, std::string_view bytes);
    /// The same for a piece that is too large to hold: its bytes were given to keep_rejected().
    void reject(const records::LinePlace& place, const Error& error);
    void keep_rejected(std::string_view piece);

    // Saying things on stderr (level and format by the shared options).
    void debug(std::string_view message);
    void info(std::string_view message);
    void warn(std::string_view message);
    void error(const Error& error);
    /// Progress of the work in hand: a bar on a terminal, a JSON event with --progress json.
    void progress(std::string_view task, double fraction, std::string_view what);
    void progress(ProgressStep step);

    /// True after SIGINT or SIGTERM: finish or journal the line in hand, then return.
    bool interrupted() const;
    void set_status(ExitStatus status); // kept when it is the worse one

    State& state() { return *state_; }

  private:
    std::unique_ptr<State> state_;
};

using ToolBody = std::function<void(Context&)>;

/// The life of a tool: parse, --help/--version/--generate, log set-up, signals, body, exit status.
int run(const ToolSpec& spec, int argc, char** argv, const ToolBody& body);

} // namespace smos::cli
