// SPDX-License-Identifier: Apache-2.0
// A value or the reason why there is none; and the check that ends a program that has a bug.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace smos {

/// Why something could not be done, as a value. `code` is a stable snake_case word for programs,
/// the rest is for people: `where` names file, line, task or field, `hint` says what to do next.
struct Error {
    std::string code;
    std::string message;
    std::string where{};
    std::string hint{};
    bool retryable = false;

    /// "where: message; hint" on one line, leaving out what is empty.
    std::string text() const;
};

/// What the system said about `where`: `reason` is an errno. A full disk, a quota and short memory
/// are retryable, since room can be made.
Error system_error(const char* code, const char* what, const std::string& where, int reason);

/// Prints the failed condition and aborts: the program itself is wrong, no input can cause it.
[[noreturn]] void bug(const char* condition, const char* file, int line);

#define SMOS_EXPECT(condition)                                                                     \
    do {                                                                                           \
        if (!(condition))                                                                          \
            ::smos::bug(#condition, __FILE__, __LINE__);                                           \
    } while (false)

/// T, or an Error. Reading the value of a failed result is a bug and aborts.
template <typename T>
class [[nodiscard]] Result {
  public:
    Result(T held) : state_(std::in_place_index<0>, std::move(held)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const { return state_.index() == 0; }

    T& value() & {
        SMOS_EXPECT(state_.index() == 0);
        return *std::get_if<0>(&state_);
    }
    const T& value() const& {
        SMOS_EXPECT(state_.index() == 0);
        return *std::get_if<0>(&state_);
    }
    T&& value() && {
        SMOS_EXPECT(state_.index() == 0);
        return std::move(*std::get_if<0>(&state_));
    }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    const Error& error() const {
        SMOS_EXPECT(state_.index() == 1);
        return *std::get_if<1>(&state_);
    }

  private:
    std::variant<T, Error> state_;
};

/// Success without a value, or an Error: `return {};` means success.
template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}

    explicit operator bool() const { return !error_.has_value(); }
    const Error& error() const {
        SMOS_EXPECT(error_.has_value());
        return *error_;
    }

  private:
    std::optional<Error> error_;
};

#define SMOS_JOIN_INNER(a, b) a##b
#define SMOS_JOIN(a, b) SMOS_JOIN_INNER(a, b)

/// `SMOS_TRY(auto x, f());` binds the value or returns the error from the enclosing function.
#define SMOS_TRY(declaration, expression)                                                          \
    auto SMOS_JOIN(smos_try_, __LINE__) = (expression);                                            \
    if (!SMOS_JOIN(smos_try_, __LINE__))                                                           \
        return SMOS_JOIN(smos_try_, __LINE__).error();                                             \
    declaration = *std::move(SMOS_JOIN(smos_try_, __LINE__))

/// The same for Result<void>.
#define SMOS_CHECK(expression)                                                                     \
    if (auto smos_check = (expression); !smos_check)                                               \
    return smos_check.error()

} // namespace smos
