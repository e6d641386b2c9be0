// SPDX-License-Identifier: Apache-2.0
// The voice: same samples everywhere, and a time for every word.
#include "libsmos/core/handle.hpp"
#include "libsmos/core/hash.hpp"
#include "libsmos/media/sound/loudness.hpp"
#include "libsmos/media/speech/speech.hpp"
#include "libsmos/media/speech/speech_child.hpp"

#include <doctest/doctest.h>

#include <array>
#include <future>
#include <sys/wait.h>
#include <unistd.h>

using namespace smos::media;

namespace {

std::string voice_hash(const Speech& speech) {
    std::string bytes = wav_bytes(speech.audio);
    for (const SpokenWord& word : speech.words)
        bytes += std::to_string(word.start_ms) + '-' + std::to_string(word.end_ms) + ' ';
    return smos::sha256_hex(bytes);
}

std::string spoken_hash(const std::string& text, const Voice& voice = {}) {
    const auto speech = synthesize(speak_form(text), voice);
    return speech ? voice_hash(*speech) : speech.error().text();
}

/// The same in a process of its own that spoke something else before.
std::string hash_from_another_process(const std::string& text) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const pid_t pid = fork();
    if (pid == 0) {
        const std::string first = spoken_hash("Something else entirely.");
        const std::string hash = spoken_hash(text);
        _exit(first.size() == 64 && write(ends[1], hash.data(), hash.size()) == 64 ? 0 : 1);
    }
    const smos::UniqueFd read_end(ends[0]);
    close(ends[1]);
    std::string hash(64, '\0');
    const ssize_t got = read(read_end.get(), hash.data(), hash.size());
    waitpid(pid, nullptr, 0);
    return got == 64 ? hash : "nothing came back";
}

bool fails_with(const SpokenText& text, const Voice& voice, const char* code) {
    const auto speech = synthesize(text, voice);
    return !speech && speech.error().code == code && !speech.error().hint.empty();
}

} // namespace

TEST_CASE("the same words give the same samples, again, elsewhere and beside other threads") {
    const std::string text = "12,415 people said: the GPU is worth it!";
    const std::string once = spoken_hash(text);
    CHECK(once.size() == 64);
    CHECK(spoken_hash(text) == once);
    CHECK(hash_from_another_process(text) == once);
    std::array<std::future<std::string>, 4> others;
    for (auto& other : others)
        other = std::async(std::launch::async, [&] { return spoken_hash(text); });
    for (auto& other : others)
        CHECK(other.get() == once);
    CHECK(spoken_hash("12,416 people said: the GPU is worth it!") != once);
    CHECK(spoken_hash(text, {"en-us+f3", 165, 45, 60}) != once);
    CHECK(spoken_hash(text, {"en-us", 200, 45, 60}) != once);
}

TEST_CASE("noise of the parent does not reach the voice") {
    const Voice breathy{"en-us+klatt4", 150, 50, 50};
    const std::string once = spoken_hash("A breathy voice speaks here.", breathy);
    srand(12345);
    CHECK(rand() >= 0);
    CHECK(spoken_hash("A breathy voice speaks here.", breathy) == once);
}

TEST_CASE("every display word has its time, whatever the text holds") {
    for (const char* nasty :
         {"Of the people, by the people, for the people.",
          "12,415 upvotes on r/technology: 45% say the GPU is worth $1.2B \U0001F525. Is it?",
          "well-known state-of-the-art don't can't o'clock rock'n'roll",
          "[[h@l'oU]] <speak>hi</speak> &amp; $(rm -rf /) \"quoted\" `ls`",
          "\U0001F525 \U0001F680 to the moon \U0001F680",
          "\u4F60\u597D \u4E16\u754C hello \u043F\u0440\u0438\u0432\u0435\u0442",
          "a I a I a",
          "Mr. Smith vs. Dr. No, e.g. on 2026-11-20 at 3:30pm...",
          "THIS IS FINE!!! WHY NOT?!",
          "x",
          "in the of a to it is on at by"}) {
        CAPTURE(nasty);
        const SpokenText text = speak_form(nasty);
        const auto speech = synthesize(text, {});
        REQUIRE(speech);
        REQUIRE(speech->words.size() == text.display.size());
        std::int64_t last_ms = 0;
        for (std::size_t i = 0; i < speech->words.size(); ++i) {
            const SpokenWord& word = speech->words[i];
            CAPTURE(text.display[i]);
            CHECK(word.display_index == i);
            CHECK(word.start_ms >= last_ms);
            CHECK(word.end_ms >= word.start_ms);
            last_ms = word.end_ms;
            bool said = false;
            for (const SaidWord& candidate : text.said)
                said = said || candidate.display_index == i;
            CHECK((word.end_ms > word.start_ms) == said);
        }
        CHECK(last_ms <= speech->audio.duration_ms());
        CHECK(last_ms >= speech->audio.duration_ms() - 800);
    }
}

TEST_CASE("a long word is heard longer than a short one, and pauses lie between words") {
    const auto speech = synthesize(speak_form("Yes. 12,415,999 no."), {});
    REQUIRE(speech);
    const auto length = [&](std::size_t i) {
        return speech->words[i].end_ms - speech->words[i].start_ms;
    };
    CHECK(length(1) > 4 * length(0));
    CHECK(speech->words[1].start_ms - speech->words[0].end_ms >= 100);
    CHECK(speech->words[0].start_ms <= 60);
}

TEST_CASE("speech has a constant level and clean ends") {
    for (const char* words :
         {"Hello there, this is one voice.", "Stop! Look at that huge number."}) {
        for (const char* name : {"en-us", "en-gb-x-rp", "en-us+f3"}) {
            const auto speech = synthesize(speak_form(words), {name, 165, 45, 60});
            REQUIRE(speech);
            CHECK(speech->audio.sample_rate == 48000);
            CHECK(speech->audio.channels == 2);
            const Loudness loudness = measure_loudness(speech->audio);
            CHECK(loudness.integrated_lufs > -20.5);
            CHECK(loudness.integrated_lufs < -15.5);
            CHECK(loudness.true_peak_dbtp < -3.0);
            CHECK(clipped_runs(speech->audio).empty());
            CHECK(std::abs(speech->audio.samples.front()) < 1e-4F);
            CHECK(std::abs(speech->audio.samples.back()) < 1e-4F);
        }
    }
}

TEST_CASE("what cannot be spoken is an error that says what to do") {
    CHECK(fails_with(speak_form("..."), {}, "nothing_to_say"));
    CHECK(fails_with(speak_form("hi"), {"klingon-prime"}, "unknown_voice"));
    CHECK(fails_with(speak_form("hi"), {"en-us+zzz"}, "unknown_voice"));
    CHECK(fails_with(speak_form("hi"), {"../../etc/passwd"}, "bad_voice"));
    CHECK(fails_with(speak_form("hi"), {""}, "bad_voice"));
    CHECK(fails_with(speak_form("hi"), {"en-us", 79}, "bad_voice"));
    CHECK(fails_with(speak_form("hi"), {"en-us", 165, 100}, "bad_voice"));
    std::string long_text;
    for (int i = 0; i < 2001; ++i)
        long_text += "word ";
    CHECK(fails_with(speak_form(long_text), {}, "too_long"));
}

TEST_CASE("a voice that misses its deadline is killed and said to be retryable") {
    std::string text;
    for (int i = 0; i < 1900; ++i)
        text += "seventy seven ";
    const auto raw = speak_in_child(text, {}, 1);
    REQUIRE(!raw);
    CHECK(raw.error().code == "speech_timeout");
    CHECK(raw.error().retryable);
    CHECK(waitpid(-1, nullptr, WNOHANG) == -1);
}

TEST_CASE("no descriptor is left behind") {
    const auto lowest_free = [] {
        const int fd = dup(0);
        close(fd);
        return fd;
    };
    const int before = lowest_free();
    REQUIRE(synthesize(speak_form("Hello."), {}));
    CHECK(lowest_free() == before);
}
