// SPDX-License-Identifier: Apache-2.0
// SHA-256 of two messages at once, FIPS 180-4, with the SHA instructions of x86.
#include "libsmos/core/hash_pair.hpp"

#if defined(__x86_64__)
#include <algorithm>
#include <cpuid.h>
#include <cstring>
#include <immintrin.h>
#endif

namespace smos {

#if defined(__x86_64__)
namespace {

constexpr std::size_t block_size = 64;

alignas(16) constexpr std::uint32_t round_words[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/// A message as the blocks that are hashed: its own, then one or two with its end and its length.
class Blocks {
  public:
    explicit Blocks(std::string_view message)
        : whole_(message.data()),
          whole_count_(message.size() / block_size) {
        const std::size_t rest = message.size() % block_size;
        count_ = whole_count_ + (rest + 9 > block_size ? 2 : 1);
        std::memcpy(end_.data(), message.data() + whole_count_ * block_size, rest);
        end_[rest] = '\x80';
        const std::uint64_t bits = __builtin_bswap64(std::uint64_t{message.size()} * 8);
        char* const length = end_.data() + (count_ - whole_count_) * block_size - sizeof bits;
        std::memcpy(length, &bits, sizeof bits);
    }

    std::size_t count() const { return count_; }
    const char* at(std::size_t number) const {
        return number < whole_count_ ? whole_ + number * block_size
                                     : end_.data() + (number - whole_count_) * block_size;
    }

  private:
    const char* whole_;
    std::size_t whole_count_;
    std::size_t count_ = 0;
    std::array<char, 2 * block_size> end_{};
};

#define SMOS_SHA __attribute__((target("sha,sse4.1"), always_inline)) inline

/// The state as the instructions want it: ABEF and CDGH.
struct Lane {
    __m128i abef;
    __m128i cdgh;
    __m128i words[4];
    __m128i abef_before;
    __m128i cdgh_before;
};

using State = std::array<std::uint32_t, 8>;

SMOS_SHA void begin(Lane& lane, const State& state) {
    lane.abef = _mm_load_si128(reinterpret_cast<const __m128i*>(state.data()));
    lane.cdgh = _mm_load_si128(reinterpret_cast<const __m128i*>(&state[4]));
}

SMOS_SHA void load(Lane& lane, const char* block) {
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    for (int i = 0; i < 4; ++i)
        lane.words[i] = _mm_shuffle_epi8(
            _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + 16 * i)), big_endian);
    lane.abef_before = lane.abef;
    lane.cdgh_before = lane.cdgh;
}

/// Four rounds; `group` counts them from 0 to 15.
template <int group>
SMOS_SHA void four_rounds(Lane& lane) {
    const __m128i constants =
        _mm_load_si128(reinterpret_cast<const __m128i*>(&round_words[4 * group]));
    __m128i& now = lane.words[group % 4];
    const __m128i sum = _mm_add_epi32(now, constants);
    lane.cdgh = _mm_sha256rnds2_epu32(lane.cdgh, lane.abef, sum);
    lane.abef = _mm_sha256rnds2_epu32(lane.abef, lane.cdgh, _mm_shuffle_epi32(sum, 0x0e));
    if constexpr (group < 12) { // the words of four groups later take the place of these
        const __m128i& next = lane.words[(group + 1) % 4];
        const __m128i& third = lane.words[(group + 2) % 4];
        const __m128i& last = lane.words[(group + 3) % 4];
        now = _mm_add_epi32(_mm_sha256msg1_epu32(now, next), _mm_alignr_epi8(last, third, 4));
        now = _mm_sha256msg2_epu32(now, last);
    }
}

/// The lanes by turns: neither waits for its own last round.
template <int group, typename... Lanes>
SMOS_SHA void all_rounds(Lanes&... lanes) {
    (four_rounds<group>(lanes), ...);
    if constexpr (group < 15)
        all_rounds<group + 1>(lanes...);
}

SMOS_SHA void add_before(Lane& lane) {
    lane.abef = _mm_add_epi32(lane.abef, lane.abef_before);
    lane.cdgh = _mm_add_epi32(lane.cdgh, lane.cdgh_before);
}

SMOS_SHA Digest digest_of(const Lane& lane) {
    std::array<std::uint32_t, 4> abef{};
    std::array<std::uint32_t, 4> cdgh{};
    std::memcpy(abef.data(), &lane.abef, sizeof lane.abef);
    std::memcpy(cdgh.data(), &lane.cdgh, sizeof lane.cdgh);
    const std::array<std::uint32_t, 8> state{
        abef[3], abef[2], cdgh[3], cdgh[2], abef[1], abef[0], cdgh[1], cdgh[0]};
    Digest digest{};
    for (std::size_t i = 0; i < state.size(); ++i) {
        const std::uint32_t word = __builtin_bswap32(state[i]);
        std::memcpy(digest.data() + 4 * i, &word, sizeof word);
    }
    return digest;
}

__attribute__((target("sha,sse4.1"))) void hash_block(Lane& lane, const char* block) {
    load(lane, block);
    all_rounds<0>(lane);
    add_before(lane);
}

__attribute__((target("sha,sse4.1"))) void
go_on(State& state, std::string_view common, std::size_t blocks) {
    Lane lane;
    begin(lane, state);
    for (std::size_t number = 0; number < blocks; ++number)
        hash_block(lane, common.data() + number * block_size);
    _mm_store_si128(reinterpret_cast<__m128i*>(state.data()), lane.abef);
    _mm_store_si128(reinterpret_cast<__m128i*>(&state[4]), lane.cdgh);
}

__attribute__((target("sha,sse4.1"))) std::array<Digest, 2> pair_with_instructions(
    const State& state, std::size_t begun, std::string_view one, std::string_view other) {
    const Blocks first{one};
    const Blocks second{other};
    Lane a;
    Lane b;
    begin(a, state);
    begin(b, state);
    const std::size_t both = std::min(first.count(), second.count());
    for (std::size_t number = begun; number < both; ++number) {
        load(a, first.at(number));
        load(b, second.at(number));
        all_rounds<0>(a, b);
        add_before(a);
        add_before(b);
    }
    for (std::size_t number = both; number < first.count(); ++number)
        hash_block(a, first.at(number));
    for (std::size_t number = both; number < second.count(); ++number)
        hash_block(b, second.at(number));
    return {digest_of(a), digest_of(b)};
}

bool has_instructions() {
    constexpr unsigned sha = 1U << 29U;
    constexpr unsigned ssse3 = 1U << 9U;
    constexpr unsigned sse41 = 1U << 19U;
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (b & sha) == 0)
        return false;
    return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & ssse3) != 0 && (c & sse41) != 0;
}

bool fast() {
    static const bool fast = has_instructions();
    return fast;
}

} // namespace

HashStart::HashStart(std::string_view common) : HashStart() {
    if (fast()) {
        blocks_ = common.size() / block_size;
        go_on(state_, common, blocks_);
    }
}

std::array<Digest, 2>
sha256_pair(const HashStart& start, std::string_view one, std::string_view other) {
    return fast() ? pair_with_instructions(start.state_, start.blocks_, one, other)
                  : std::array<Digest, 2>{sha256(one), sha256(other)};
}
#else
HashStart::HashStart(std::string_view) : HashStart() {}

std::array<Digest, 2> sha256_pair(const HashStart&, std::string_view one, std::string_view other) {
    return {sha256(one), sha256(other)};
}
#endif

HashStart::HashStart()
    : state_{0x9b05688c,
             0x510e527f,
             0xbb67ae85,
             0x6a09e667,
             0x5be0cd19,
             0x1f83d9ab,
             0xa54ff53a,
             0x3c6ef372} {}

std::array<Digest, 2> sha256_pair(std::string_view one, std::string_view other) {
    return sha256_pair(HashStart{}, one, other);
}

} // namespace smos
