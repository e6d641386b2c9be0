// SPDX-License-Identifier: Apache-2.0
// SHA-256, and the names derived from hashes: content addresses and name-based UUIDs.
#include "libsmos/core/hash.hpp"

#include "libsmos/core/handle.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <vector>

namespace smos {
namespace {

using DigestContext = UniqueHandle<EVP_MD_CTX, &EVP_MD_CTX_free>;

// Fetched once: looking the algorithm up costs more than hashing a short field.
const EVP_MD* sha256_algorithm() {
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    SMOS_EXPECT(algorithm != nullptr);
    return algorithm;
}

std::string length_prefix(std::string_view bytes) {
    std::string prefix(8, '\0');
    for (std::size_t i = 0; i < 8; ++i) {
        prefix[i] =
            static_cast<char>((static_cast<std::uint64_t>(bytes.size()) >> (56 - 8 * i)) & 0xff);
    }
    return prefix;
}

std::string uuid_text(std::array<std::uint8_t, 16> bytes, unsigned version) {
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0fU) | (version << 4U));
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3fU) | 0x80U);
    const std::string digits = hex(bytes.data(), bytes.size());
    return fmt::format("{}-{}-{}-{}-{}",
                       digits.substr(0, 8),
                       digits.substr(8, 4),
                       digits.substr(12, 4),
                       digits.substr(16, 4),
                       digits.substr(20));
}

} // namespace

struct Sha256::State {
    DigestContext context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
    SMOS_EXPECT(state_->context != nullptr);
    SMOS_EXPECT(EVP_DigestInit_ex(state_->context.get(), sha256_algorithm(), nullptr) == 1);
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(const void* bytes, std::size_t size) {
    SMOS_EXPECT(EVP_DigestUpdate(state_->context.get(), bytes, size) == 1);
}

void Sha256::update_field(std::string_view bytes) {
    update(length_prefix(bytes));
    update(bytes);
}

Digest Sha256::finish() {
    Digest digest{};
    unsigned size = 0;
    SMOS_EXPECT(EVP_DigestFinal_ex(state_->context.get(), digest.data(), &size) == 1);
    SMOS_EXPECT(size == digest.size());
    return digest;
}

Digest sha256(std::string_view bytes) {
    // Kept: making a context costs more than hashing a ledger entry with it.
    thread_local const DigestContext context{EVP_MD_CTX_new()};
    Digest digest{};
    unsigned size = 0;
    SMOS_EXPECT(context != nullptr &&
                EVP_DigestInit_ex(context.get(), sha256_algorithm(), nullptr) == 1);
    SMOS_EXPECT(EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1);
    SMOS_EXPECT(EVP_DigestFinal_ex(context.get(), digest.data(), &size) == 1);
    SMOS_EXPECT(size == digest.size());
    return digest;
}

std::string hex(const std::uint8_t* bytes, std::size_t size) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text(size * 2, '0');
    for (std::size_t i = 0; i < size; ++i) {
        text[2 * i] = digits[bytes[i] >> 4U];
        text[2 * i + 1] = digits[bytes[i] & 0x0fU];
    }
    return text;
}

Result<Digest> sha256_of_file(const std::string& path) {
    const UniqueFd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    const auto failed = [&] { return system_error("cannot_read", "cannot read", path, errno); };
    if (!file)
        return failed();
    Sha256 hash;
    std::vector<char> block(std::size_t{1} << 18);
    for (;;) {
        const ssize_t got = ::read(file.get(), block.data(), block.size());
        if (got == 0)
            return hash.finish();
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return failed();
        hash.update(block.data(), static_cast<std::size_t>(got));
    }
}

namespace {

/// The bytes of a version 5 UUID before its marks.
std::array<std::uint8_t, 16> name_bytes(std::initializer_list<std::string_view> fields) {
    // The project's own namespace, drawn once at random.
    static constexpr unsigned char name_space[16] = {0x5b,
                                                     0x1f,
                                                     0xe4,
                                                     0x0c,
                                                     0x9d,
                                                     0x37,
                                                     0x4a,
                                                     0x62,
                                                     0x8e,
                                                     0x11,
                                                     0xc7,
                                                     0x50,
                                                     0x2a,
                                                     0xd9,
                                                     0x73,
                                                     0x06};
    const DigestContext context{EVP_MD_CTX_new()};
    SMOS_EXPECT(context != nullptr && EVP_DigestInit_ex(context.get(), EVP_sha1(), nullptr) == 1);
    EVP_DigestUpdate(context.get(), name_space, sizeof name_space);
    for (const std::string_view field : fields) {
        EVP_DigestUpdate(context.get(), length_prefix(field).data(), 8);
        EVP_DigestUpdate(context.get(), field.data(), field.size());
    }
    std::array<std::uint8_t, 20> sha1{};
    EVP_DigestFinal_ex(context.get(), sha1.data(), nullptr);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), sha1.data(), bytes.size());
    return bytes;
}

} // namespace

std::string name_uuid(std::initializer_list<std::string_view> fields) {
    return uuid_text(name_bytes(fields), 5);
}

std::string dated_uuid(std::int64_t at_us, std::initializer_list<std::string_view> fields) {
    std::array<std::uint8_t, 16> bytes = name_bytes(fields);
    auto at_ms = static_cast<std::uint64_t>(std::max<std::int64_t>(at_us, 0)) / 1000;
    for (std::size_t i = 6; i-- > 0; at_ms >>= 8U)
        bytes.at(i) = static_cast<std::uint8_t>(at_ms & 0xffU);
    return uuid_text(bytes, 8);
}

std::string random_uuid() {
    std::array<std::uint8_t, 16> bytes{};
    SMOS_EXPECT(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
    return uuid_text(bytes, 4);
}

std::string traceparent_for(std::string_view name) {
    const std::string digits = sha256_hex(name);
    return fmt::format("00-{}-{}-01", digits.substr(0, 32), digits.substr(32, 16));
}

} // namespace smos
