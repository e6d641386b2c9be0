// SPDX-License-Identifier: Apache-2.0
// An engine whose next transaction fails when told: before it began, in its middle, before its
// commit, or after it.
#pragma once

#include "libsmos/core/fatal.hpp"
#include "libsmos/store/engine/engine.hpp"

#include <memory>
#include <utility>

namespace smos::model {

enum class Fault { none, at_begin, before_commit, after_commit, busy, in_the_middle };

/// What is to fail next, and whether it did.
struct Armed {
    Fault fault = Fault::none;
    int statements = 0; // of a transaction that go well before it fails in the middle
    bool fired = false;
    std::size_t seen = 0; // statements so far
};

/// Both clocks of a machine, as far as a simulation moves them.
struct Clocks {
    store::BootTime boot{};
    Instant wall{};
};

class FaultyEngine final : public store::Engine {
  public:
    /// Goes by `clocks` where there are some.
    FaultyEngine(std::unique_ptr<store::Engine> inner, Armed& armed, const Clocks* clocks = nullptr)
        : inner_(std::move(inner)),
          armed_(armed),
          clocks_(clocks) {}

    const std::string& place() const override { return inner_->place(); }
    store::Cursor& cursor(std::string_view sql) override {
        ++armed_.seen;
        if (inside_ && armed_.fault == Fault::in_the_middle && armed_.statements-- == 0)
            fail("the connection was lost");
        return inner_->cursor(sql);
    }
    void execute(const char* sql) override { inner_->execute(sql); }
    std::int64_t changes() override { return inner_->changes(); }

    void begin(std::string_view lock) override {
        fail_if(Fault::at_begin);
        if (armed_.fault == Fault::busy)
            fail("others keep the state busy", ExitStatus::try_again);
        inner_->begin(lock);
        inside_ = true;
    }
    void commit() override {
        fail_if(Fault::before_commit);
        inner_->commit();
        inside_ = false;
        fail_if(Fault::after_commit);
    }
    void roll_back() noexcept override {
        inside_ = false;
        inner_->roll_back();
    }
    void begin_snapshot() override { inner_->begin_snapshot(); }

    int schema_version() override { return inner_->schema_version(); }
    void apply(const store::Migration& step) override { inner_->apply(step); }
    Instant now() override { return clocks_ != nullptr ? clocks_->wall : inner_->now(); }
    std::optional<store::BootTime> boot_time() override {
        return clocks_ != nullptr ? std::optional{clocks_->boot} : inner_->boot_time();
    }
    void checkpoint() override { inner_->checkpoint(); }
    std::string integrity_check() override { return inner_->integrity_check(); }
    bool is_fair() const override { return inner_->is_fair(); }
    void write_copy(const std::string& path) override { inner_->write_copy(path); }
    void set_schema_version(int number) override { inner_->set_schema_version(number); }
    std::int64_t last_number(const std::string& table, const std::string& column) override {
        return inner_->last_number(table, column);
    }
    void
    go_on_from(const std::string& table, const std::string& column, std::int64_t number) override {
        inner_->go_on_from(table, column, number);
    }
    std::string software() const override { return inner_->software(); }

  private:
    void fail_if(Fault fault) {
        if (armed_.fault == fault)
            fail("the store fails as it was told");
    }
    [[noreturn]] void fail(const char* what, ExitStatus status = ExitStatus::io_error) {
        armed_.fault = Fault::none;
        armed_.fired = true;
        throw Fatal(status, what);
    }

    std::unique_ptr<store::Engine> inner_;
    Armed& armed_;
    const Clocks* clocks_;
    bool inside_ = false;
};

} // namespace smos::model
