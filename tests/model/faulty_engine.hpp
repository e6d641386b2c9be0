// SPDX-License-Identifier: Apache-2.0
// An engine whose next transaction fails when told: before it began, before its commit, or after
// it.
#pragma once

#include "libsmos/core/fatal.hpp"
#include "libsmos/store/engine/engine.hpp"

#include <memory>
#include <utility>

namespace smos::model {

enum class Fault { none, at_begin, before_commit, after_commit };

class FaultyEngine final : public store::Engine {
  public:
    FaultyEngine(std::unique_ptr<store::Engine> inner, Fault& armed)
        : inner_(std::move(inner)),
          armed_(armed) {}

    const std::string& place() const override { return inner_->place(); }
    store::Cursor& cursor(std::string_view sql) override { return inner_->cursor(sql); }
    void execute(const char* sql) override { inner_->execute(sql); }
    std::int64_t changes() override { return inner_->changes(); }

    void begin(std::string_view lock) override {
        fail_if(Fault::at_begin);
        inner_->begin(lock);
    }
    void commit() override {
        fail_if(Fault::before_commit);
        inner_->commit();
        fail_if(Fault::after_commit);
    }
    void roll_back() noexcept override { inner_->roll_back(); }
    void begin_snapshot() override { inner_->begin_snapshot(); }

    int schema_version() override { return inner_->schema_version(); }
    void apply(const store::Migration& step) override { inner_->apply(step); }
    Instant now() override { return inner_->now(); }
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
        if (armed_ != fault)
            return;
        armed_ = Fault::none;
        throw Fatal(ExitStatus::io_error, "the store fails as it was told");
    }

    std::unique_ptr<store::Engine> inner_;
    Fault& armed_;
};

} // namespace smos::model
