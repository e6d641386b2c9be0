// SPDX-License-Identifier: Apache-2.0
// Keys in files, and signatures that hold for exactly one message and key.
#include "libsmos/core/file.hpp"
#include "libsmos/core/signature.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>

using namespace smos;

namespace {

struct Folder {
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "smos-XXXXXX").string();
        SMOS_EXPECT(::mkdtemp(pattern.data()) != nullptr);
        path = pattern;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    std::string file(const char* name) const { return path + '/' + name; }
    std::string path;
};

void write_private(const std::string& path, std::string_view text) {
    REQUIRE(bool{write_file_atomically(path, text)});
}

} // namespace

TEST_CASE("the signature of RFC 8032, test 1") {
    const Folder folder;
    // The seed 9d61b19d…7f60 in PKCS#8.
    write_private(folder.file("k"),
                  "-----BEGIN PRIVATE KEY-----\n"
                  "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
                  "-----END PRIVATE KEY-----\n");
    const auto key = SigningKey::read(folder.file("k"));
    REQUIRE(bool{key});
    PublicKey expected{};
    REQUIRE(bytes_of_hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                         expected.data(),
                         expected.size()));
    CHECK(key->public_key() == expected);
    Signature signature{};
    REQUIRE(bytes_of_hex("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                         "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
                         signature.data(),
                         signature.size()));
    CHECK(key->sign("") == signature);
    CHECK(is_signed(expected, "", signature));
    CHECK_FALSE(is_signed(expected, "x", signature));
    CHECK_FALSE(is_signed(SigningKey::generate().public_key(), "", signature));
}

TEST_CASE("a key is written once, for its owner, and read back") {
    const Folder folder;
    const std::string path = folder.file("key");
    const auto made = SigningKey::read_or_make(path);
    REQUIRE(bool{made});
    struct stat found {};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    CHECK((found.st_mode & 0777) == 0600);
    CHECK(SigningKey::generate().write(path).error().code == "exists");
    const auto again = SigningKey::read_or_make(path);
    REQUIRE(bool{again});
    CHECK(again->public_key() == made->public_key());
    write_private(folder.file("public"), public_key_pem(made->public_key()));
    CHECK(*read_public_key(folder.file("public")) == made->public_key());
    CHECK(fingerprint(made->public_key()).size() == 64);
}

TEST_CASE("what is no private key is refused") {
    const Folder folder;
    const std::string path = folder.file("key");
    CHECK(SigningKey::read(path).error().code == "cannot_read");
    write_private(path, "no key");
    CHECK(SigningKey::read(path).error().code == "bad_key");
    write_private(path, public_key_pem(SigningKey::generate().public_key()));
    CHECK(SigningKey::read(path).error().code == "bad_key");
    // X25519 is not for signing.
    write_private(path,
                  "-----BEGIN PRIVATE KEY-----\n"
                  "MC4CAQAwBQYDK2VuBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
                  "-----END PRIVATE KEY-----\n");
    CHECK(SigningKey::read(path).error().code == "bad_key");
    REQUIRE(::chmod(path.c_str(), 0640) == 0);
    CHECK(SigningKey::read(path).error().code == "not_private");
    CHECK(read_public_key(path).error().code == "bad_key");
}

TEST_CASE("hex is read exactly") {
    std::uint8_t bytes[2]{};
    CHECK(bytes_of_hex("0fa0", bytes, 2));
    CHECK(bytes[0] == 15);
    CHECK(bytes[1] == 160);
    for (const char* bad : {"0fa", "0fa00", "0fAZ", "0FA0", "", "0x10"})
        CHECK_FALSE(bytes_of_hex(bad, bytes, 2));
}
