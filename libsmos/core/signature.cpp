// SPDX-License-Identifier: Apache-2.0
// Ed25519 over OpenSSL: keys in files, signing and checking.
#include "libsmos/core/signature.hpp"

#include "libsmos/core/file.hpp"
#include "libsmos/core/handle.hpp"
#include "libsmos/core/hash.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

namespace smos {
namespace {

using KeyHandle = UniqueHandle<EVP_PKEY, &EVP_PKEY_free>;
using BioHandle = UniqueHandle<BIO, &BIO_free>;
using ContextHandle = UniqueHandle<EVP_MD_CTX, &EVP_MD_CTX_free>;

constexpr std::size_t key_file_bytes = 4096;

/// Nobody is ever asked for a passphrase: a key that has one is refused.
int no_passphrase(char*, int, int, void*) { return -1; }

Error bad_key(const std::string& path) {
    return {"bad_key",
            "not an Ed25519 key in PEM",
            path,
            "make one with: smos-cfo anchor --init-key, or: openssl genpkey -algorithm ed25519"};
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string text_of(BIO* memory) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    return {data, static_cast<std::size_t>(size)};
}

KeyHandle parsed(const std::string& pem, bool secret) {
    const BioHandle memory{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    KeyHandle key{secret ? PEM_read_bio_PrivateKey(memory.get(), nullptr, no_passphrase, nullptr)
                         : PEM_read_bio_PUBKEY(memory.get(), nullptr, no_passphrase, nullptr)};
    if (key != nullptr && EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519)
        key.reset();
    return key;
}

/// The form that we write, and openssl genpkey: read by hand, since OpenSSL's general decoder
/// takes a millisecond, a fifth of a whole run. Null for any other form.
KeyHandle read_plainly(std::string_view pem) {
    constexpr std::string_view begin = "-----BEGIN PRIVATE KEY-----\n";
    constexpr std::string_view end = "\n-----END PRIVATE KEY-----\n";
    // SEQUENCE, version 0, the algorithm 1.3.101.112, and an OCTET STRING in an OCTET STRING.
    constexpr std::array<std::uint8_t, 16> head{0x30,
                                                0x2e,
                                                0x02,
                                                0x01,
                                                0x00,
                                                0x30,
                                                0x05,
                                                0x06,
                                                0x03,
                                                0x2b,
                                                0x65,
                                                0x70,
                                                0x04,
                                                0x22,
                                                0x04,
                                                0x20};
    constexpr std::size_t body_size = 64; // 48 bytes in base64
    if (pem.size() != begin.size() + body_size + end.size() || !pem.starts_with(begin) ||
        !pem.ends_with(end))
        return {};
    std::array<std::uint8_t, 48> der{};
    const bool decoded =
        EVP_DecodeBlock(der.data(), bytes_of(pem.substr(begin.size())), body_size) == 48;
    KeyHandle key;
    if (decoded && std::equal(head.begin(), head.end(), der.begin()))
        key.reset(EVP_PKEY_new_raw_private_key(
            EVP_PKEY_ED25519, nullptr, der.data() + head.size(), der.size() - head.size()));
    OPENSSL_cleanse(der.data(), der.size());
    return key;
}

PublicKey raw_public(EVP_PKEY* key) {
    PublicKey raw{};
    std::size_t size = raw.size();
    SMOS_EXPECT(EVP_PKEY_get_raw_public_key(key, raw.data(), &size) == 1 && size == raw.size());
    return raw;
}

KeyHandle public_handle(const PublicKey& key) {
    return KeyHandle{
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size())};
}

/// A key that others may read signs for them too.
Result<void> check_private(const std::string& path) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0)
        return system_error("cannot_read", "cannot read", path, errno);
    if ((found.st_mode & 077) != 0)
        return Error{"not_private", "others may read this key", path, "chmod 600 it"};
    return {};
}

Result<void> write_secret(int fd, const std::string& path, std::string_view text) {
    if (::write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
        ::fsync(fd) != 0)
        return system_error("cannot_write", "cannot write the key", path, errno);
    return {};
}

int hex_digit(char digit) {
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return -1;
}

} // namespace

struct SigningKey::State {
    KeyHandle key;
};

SigningKey::SigningKey(std::unique_ptr<State> state) : state_(std::move(state)) {}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

SigningKey SigningKey::generate() {
    auto state = std::make_unique<State>();
    state->key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    SMOS_EXPECT(state->key != nullptr);
    return SigningKey{std::move(state)};
}

Result<SigningKey> SigningKey::read(const std::string& path) {
    SMOS_CHECK(check_private(path));
    SMOS_TRY(std::string pem, read_file(path, key_file_bytes));
    auto state = std::make_unique<State>();
    state->key = read_plainly(pem);
    if (state->key == nullptr)
        state->key = parsed(pem, true);
    OPENSSL_cleanse(pem.data(), pem.size());
    if (state->key == nullptr)
        return bad_key(path);
    return SigningKey{std::move(state)};
}

Result<SigningKey> SigningKey::read_or_make(const std::string& path) {
    if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) {
        SigningKey made = generate();
        const Result<void> written = made.write(path);
        if (written)
            return made;
        if (written.error().code != "exists") // another process was first: its key is the one
            return written.error();
    }
    return read(path);
}

Result<void> SigningKey::write(const std::string& path) const {
    const BioHandle memory{BIO_new(BIO_s_secmem())};
    SMOS_EXPECT(PEM_write_bio_PKCS8PrivateKey(
                    memory.get(), state_->key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
    TemporaryFile temporary{temporary_beside(path)};
    const UniqueFd file{
        ::open(temporary.path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (!file)
        return system_error("cannot_write", "cannot write the key", path, errno);
    std::string pem = text_of(memory.get());
    const Result<void> written = write_secret(file.get(), path, pem);
    OPENSSL_cleanse(pem.data(), pem.size());
    if (!written)
        return written;
    SMOS_CHECK(move_into_place(temporary.path(), path, true));
    temporary.release();
    return {};
}

PublicKey SigningKey::public_key() const { return raw_public(state_->key.get()); }

Signature SigningKey::sign(std::string_view message) const {
    const ContextHandle context{EVP_MD_CTX_new()};
    Signature made{};
    std::size_t size = made.size();
    SMOS_EXPECT(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, state_->key.get()) ==
                1);
    SMOS_EXPECT(
        EVP_DigestSign(context.get(), made.data(), &size, bytes_of(message), message.size()) == 1);
    SMOS_EXPECT(size == made.size());
    return made;
}

bool is_signed(const PublicKey& key, std::string_view message, const Signature& signature) {
    const KeyHandle handle = public_handle(key);
    const ContextHandle context{EVP_MD_CTX_new()};
    if (handle == nullptr ||
        EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, handle.get()) != 1)
        return false;
    return EVP_DigestVerify(context.get(),
                            signature.data(),
                            signature.size(),
                            bytes_of(message),
                            message.size()) == 1;
}

std::string fingerprint(const PublicKey& key) {
    return sha256_hex({reinterpret_cast<const char*>(key.data()), key.size()});
}

std::string public_key_pem(const PublicKey& key) {
    const KeyHandle handle = public_handle(key);
    const BioHandle memory{BIO_new(BIO_s_mem())};
    SMOS_EXPECT(handle != nullptr && PEM_write_bio_PUBKEY(memory.get(), handle.get()) == 1);
    return text_of(memory.get());
}

Result<PublicKey> read_public_key(const std::string& path) {
    SMOS_TRY(const std::string pem, read_file(path, key_file_bytes));
    const KeyHandle key = parsed(pem, false);
    if (key == nullptr)
        return bad_key(path);
    return raw_public(key.get());
}

bool bytes_of_hex(std::string_view digits, std::uint8_t* bytes, std::size_t size) {
    if (digits.size() != size * 2)
        return false;
    for (std::size_t i = 0; i < size; ++i) {
        const int high = hex_digit(digits[2 * i]);
        const int low = hex_digit(digits[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return true;
}

} // namespace smos
