// SPDX-License-Identifier: Apache-2.0
// Films for the tests of the encoder from outside: one process encodes one film and says what it
// did. `film OUT KEY=VALUE…` draws shots, `raw OUT KEY=VALUE…` reads frames, `stress DIR SEED
// ROUNDS` uses a store, `probe NAME…` asks a chain.
#include "libsmos/core/file.hpp"
#include "libsmos/core/random.hpp"
#include "libsmos/media/codec/encode.hpp"
#include "libsmos/media/codec/encode_probe.hpp"
#include "libsmos/media/codec/gop_plan.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>

using namespace smos;
using namespace smos::media;

namespace {

using Settings = std::map<std::string, std::string>;

std::string
text_of(const Settings& settings, const std::string& key, const std::string& otherwise) {
    const auto found = settings.find(key);
    return found == settings.end() ? otherwise : found->second;
}

int number_of(const Settings& settings, const std::string& key, int otherwise) {
    return std::stoi(text_of(settings, key, std::to_string(otherwise)));
}

[[noreturn]] void die() {
    std::raise(SIGKILL);
    std::abort();
}

/// Ends the process at the nth packet list, before or after it is kept.
class DyingStore final : public GopStore {
  public:
    DyingStore(std::shared_ptr<GopStore> inner, int before, int after)
        : inner_(std::move(inner)),
          before_(before),
          after_(after) {}
    std::optional<std::string> find(const Digest& key) override { return inner_->find(key); }
    bool has(const Digest& key) const override { return inner_->has(key); }
    Result<void> keep(const Digest& key, std::string_view bytes) override {
        const int serial = ++kept_;
        if (serial == before_)
            die();
        Result<void> kept = inner_->keep(key, bytes);
        if (serial == after_)
            die();
        return kept;
    }

  private:
    std::shared_ptr<GopStore> inner_;
    const int before_;
    const int after_;
    std::atomic<int> kept_{0};
};

/// What one frame shows: a scene and a moment of it.
struct Moment {
    int scene = 0;
    int index = 0;
};

struct Film {
    std::vector<Moment> frames;
    std::vector<std::int64_t> cuts;
};

/// "120:1,75:2": 120 frames of scene 1, then 75 of scene 2. `edit` = "FRAME:COUNT" gives frames
/// another scene without moving a cut.
Film film_of(const Settings& settings) {
    Film film;
    std::istringstream shots{text_of(settings, "shots", "120:1,75:2,200:3")};
    for (std::string shot; std::getline(shots, shot, ',');) {
        film.cuts.push_back(static_cast<std::int64_t>(film.frames.size()));
        const int scene = std::stoi(shot.substr(shot.find(':') + 1));
        for (int i = 0; i < std::stoi(shot); ++i)
            film.frames.push_back({scene, i});
    }
    const std::string edit = text_of(settings, "edit", "");
    if (!edit.empty()) {
        const auto first = static_cast<std::size_t>(std::stoi(edit));
        const auto count = static_cast<std::size_t>(std::stoi(edit.substr(edit.find(':') + 1)));
        for (std::size_t i = first; i < first + count; ++i)
            film.frames.at(i).scene += 100;
    }
    return film;
}

void draw(const Moment& moment, Frame& frame) {
    const int pace = 2 + moment.scene % 5;
    for (int y = 0; y < frame.height_px; ++y) {
        for (int x = 0; x < frame.width_px; ++x) {
            const int value = (x * 3 + moment.index * pace) ^ (y * 2 + moment.scene * 77);
            frame.y()[y * frame.y_stride() + x] = static_cast<std::uint8_t>(16 + value % 220);
        }
    }
    for (int y = 0; y < frame.chroma_height(); ++y) {
        for (int x = 0; x < frame.chroma_width(); ++x) {
            const auto at = static_cast<std::size_t>(y * frame.uv_stride() + x);
            frame.u()[at] = static_cast<std::uint8_t>(64 + (x + moment.index) % 128);
            frame.v()[at] = static_cast<std::uint8_t>(64 + (y + moment.scene) % 128);
        }
    }
}

std::vector<Gop> gops_of(const Film& film) {
    std::vector<Gop> gops;
    std::size_t at = 0;
    for (const int frames :
         plan_gops(film.cuts, {}, static_cast<std::int64_t>(film.frames.size()))) {
        std::string content;
        for (int i = 0; i < frames; ++i, ++at)
            content += fmt::format("{}:{} ", film.frames[at].scene, film.frames[at].index);
        gops.push_back({frames, sha256(content)});
    }
    return gops;
}

AudioBuffer tone(int milliseconds, int pitch) {
    AudioBuffer sound;
    for (int i = 0; i < milliseconds * 48; ++i) {
        const double t = i / 48000.0;
        sound.samples.push_back(static_cast<float>(0.4 * std::sin(pitch * 6.28 * t)));
        sound.samples.push_back(static_cast<float>(0.4 * std::sin(pitch * 3.14 * t)));
    }
    return sound;
}

std::shared_ptr<GopStore> store_of(const Settings& settings) {
    const std::string directory = text_of(settings, "store", "");
    if (directory.empty())
        return nullptr;
    const std::int64_t limit = std::stoll(text_of(settings, "limit", "5000000000"));
    return std::make_shared<DyingStore>(FileGopStore::open(directory, limit).value(),
                                        number_of(settings, "die_before_keep", 0),
                                        number_of(settings, "die_after_keep", 0));
}

EncodeOptions options_of(const Settings& settings) {
    EncodeOptions options;
    options.width_px = number_of(settings, "width", 160);
    options.height_px = number_of(settings, "height", 240);
    options.encoder = text_of(settings, "encoder", "libx264");
    options.crf = number_of(settings, "crf", 20);
    options.preset = text_of(settings, "preset", "veryfast");
    options.workers = number_of(settings, "workers", 2);
    options.metadata = {{"title", "A film"}};
    options.store = store_of(settings);
    return options;
}

int peak_kb() {
    std::ifstream status{"/proc/self/status"};
    for (std::string line; std::getline(status, line);) {
        if (line.rfind("VmHWM:", 0) == 0)
            return std::stoi(line.substr(6));
    }
    return 0;
}

int fail(const Error& error) {
    fmt::print(stderr, "{}\n", error.text());
    return 1;
}

/// `fill` draws the frame with this number.
template <typename Fill>
int encode(const std::string& path,
           const EncodeOptions& options,
           const Settings& settings,
           Fill fill) {
    auto encoder = Encoder::open(path, options);
    if (!encoder)
        return fail(encoder.error());
    const int sound_ms = number_of(settings, "sound_ms", 0);
    const int pitch = number_of(settings, "pitch", 440);
    std::atomic<int> sounds_made{0};
    if (sound_ms > 0) {
        const Result<void> given = (*encoder)->set_audio(
            sha256(fmt::format("{} {}", sound_ms, pitch)),
            [&](const HeardSound* heard) -> Result<std::unique_ptr<SoundStream>> {
                if (heard != nullptr)
                    return std::unique_ptr<SoundStream>{};
                ++sounds_made;
                return std::unique_ptr<SoundStream>{
                    std::make_unique<BufferedSound>(tone(sound_ms, pitch))};
            });
        if (!given)
            return fail(given.error());
    }
    int drawn = 0;
    for (;;) {
        auto wanted = (*encoder)->next();
        if (!wanted)
            return fail(wanted.error());
        if (!*wanted)
            break;
        Frame frame = (*encoder)->spare();
        fill(static_cast<std::size_t>((*wanted)->frame), frame);
        if (const Result<void> pushed = (*encoder)->push(std::move(frame)); !pushed)
            return fail(pushed.error());
        if (++drawn == number_of(settings, "die_after_frames", 0))
            die();
    }
    const Result<EncodedFile> file = (*encoder)->finish();
    if (!file)
        return fail(file.error());
    fmt::print("{{\"frames\":{},\"bytes\":{},\"samples\":{},\"encoded\":{},\"reused\":{},"
               "\"drawn\":{},\"sounds_made\":{},\"audio_reused\":{},\"store_problem\":{},"
               "\"peak_kb\":{}}}\n",
               file->frames,
               file->bytes,
               file->audio_samples,
               file->gops_encoded,
               file->gops_reused,
               drawn,
               sounds_made.load(),
               file->audio_reused,
               file->store_problem.has_value(),
               peak_kb());
    return 0;
}

int encode_film(const std::string& path, const Settings& settings) {
    const Film film = film_of(settings);
    EncodeOptions options = options_of(settings);
    options.gops = gops_of(film);
    return encode(path, options, settings, [&](std::size_t index, Frame& frame) {
        draw(film.frames.at(index), frame);
    });
}

/// Frames of planar 4:2:0 without padding, to compare with other programs.
int encode_raw(const std::string& path, const Settings& settings) {
    std::ifstream input{text_of(settings, "input", ""), std::ios::binary};
    EncodeOptions options = options_of(settings);
    std::vector<std::int64_t> cuts;
    std::istringstream list{text_of(settings, "cuts", "")};
    for (std::string cut; std::getline(list, cut, ',');)
        cuts.push_back(std::stoi(cut));
    const int edited = number_of(settings, "edited_gop", -1);
    for (const int frames : plan_gops(cuts, {}, number_of(settings, "frames", 0))) {
        const auto serial = static_cast<int>(options.gops.size());
        options.gops.push_back({frames, sha256(fmt::format("{} {}", serial, serial == edited))});
    }
    const auto width = static_cast<std::streamsize>(options.width_px);
    const auto size = static_cast<std::streamoff>(width * options.height_px * 3 / 2);
    return encode(path, options, settings, [&](std::size_t index, Frame& frame) {
        input.seekg(size * static_cast<std::streamoff>(index));
        const auto plane = [&](std::uint8_t* to, int stride, int wide, int high) {
            for (int row = 0; row < high; ++row, to += stride)
                input.read(reinterpret_cast<char*>(to), wide);
        };
        plane(frame.y(), frame.y_stride(), frame.width_px, frame.height_px);
        plane(frame.u(), frame.uv_stride(), frame.chroma_width(), frame.chroma_height());
        plane(frame.v(), frame.uv_stride(), frame.chroma_width(), frame.chroma_height());
    });
}

std::string entry_of(std::size_t key) {
    Random random{key};
    std::string bytes(1000 + random.below(60000), '\0');
    for (char& byte : bytes)
        byte = static_cast<char>(random.below(256));
    return bytes;
}

/// Keeps and finds entries whose bytes follow from their keys; a wrong one ends it.
int stress(const std::string& directory, std::size_t seed, int rounds) {
    auto store = FileGopStore::open(directory, 400'000);
    if (!store)
        return fail(store.error());
    Random random{seed};
    int found = 0;
    for (int round = 0; round < rounds; ++round) {
        const std::size_t number = random.below(40);
        const Digest key = sha256(std::to_string(number));
        if (const auto bytes = (*store)->find(key)) {
            ++found;
            if (*bytes != entry_of(number)) {
                fmt::print(stderr, "entry {} is wrong\n", number);
                return 1;
            }
        } else if (const Result<void> kept = (*store)->keep(key, entry_of(number)); !kept) {
            return fail(kept.error());
        }
        fmt::print("{}\n", round);
        std::fflush(stdout);
    }
    fmt::print("found {}\n", found);
    return 0;
}

int probe(const std::vector<std::string>& chain) {
    EncodeOptions options;
    options.width_px = 320;
    options.height_px = 576;
    const auto print = [](const EncoderProbe& probe) {
        fmt::print("{}\t{}\t{}\t{}\t{}\n",
                   probe.name,
                   probe.available,
                   probe.incremental,
                   hex(probe.fingerprint),
                   probe.reason);
    };
    const auto choice = choose_encoder(chain, options);
    if (!choice)
        return fail(choice.error());
    for (const EncoderProbe& rejected : choice->rejected)
        print(rejected);
    print(choice->chosen);
    return 0;
}

} // namespace

int main(int count, char** words) {
    const std::vector<std::string> arguments(words + 1, words + count);
    if (arguments.size() < 2)
        return 2;
    const std::string& mode = arguments[0];
    if (mode == "probe")
        return probe({arguments.begin() + 1, arguments.end()});
    if (mode == "stress")
        return stress(arguments[1], std::stoul(arguments.at(2)), std::stoi(arguments.at(3)));
    Settings settings;
    for (std::size_t i = 2; i < arguments.size(); ++i) {
        const std::size_t equals = arguments[i].find('=');
        settings[arguments[i].substr(0, equals)] = arguments[i].substr(equals + 1);
    }
    return mode == "raw" ? encode_raw(arguments[1], settings) : encode_film(arguments[1], settings);
}
