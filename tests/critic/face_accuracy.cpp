// SPDX-License-Identifier: Apache-2.0
// How well faces are told apart: every pair of the pictures of a folder of people, one folder each.
// Prints one JSON object; faces.py holds it against its bounds.
#include "libsmos/media/faces/faces.hpp"
#include "libsmos/media/picture/image.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

namespace {

using namespace smos;

struct Sample {
    std::string person;
    media::Embedding embedding;
};

struct Gathered {
    std::vector<Sample> samples;
    std::size_t pictures = 0;
    std::vector<std::string> flaws;
};

Result<void>
gather(media::FaceReader& reader, const std::filesystem::path& folder, Gathered& gathered) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator{folder})
        files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const auto& file : files) {
        ++gathered.pictures;
        SMOS_TRY(const media::RgbImage image, media::load_image(file.string()));
        SMOS_TRY(const auto faces, reader.find(image));
        if (faces.empty() || !faces.front().flaw.empty()) {
            gathered.flaws.push_back(file.filename().string() + " of " +
                                     folder.filename().string() + ": " +
                                     (faces.empty() ? "no_face" : faces.front().flaw));
            continue; // it would never be compared
        }
        SMOS_TRY(const auto embeddings, reader.embed(image, {faces.front()}));
        gathered.samples.push_back({folder.filename().string(), embeddings.front()});
    }
    return {};
}

/// Where as many genuine pairs fall below as impostors above.
double equal_error(std::vector<double> genuine, std::vector<double> impostor) {
    std::sort(genuine.begin(), genuine.end());
    std::sort(impostor.begin(), impostor.end());
    double best = 1.0, rate = 1.0;
    for (const double limit : genuine) {
        const auto below = std::lower_bound(genuine.begin(), genuine.end(), limit);
        const auto above = std::lower_bound(impostor.begin(), impostor.end(), limit);
        const double missed =
            static_cast<double>(below - genuine.begin()) / static_cast<double>(genuine.size());
        const double passed =
            static_cast<double>(impostor.end() - above) / static_cast<double>(impostor.size());
        if (std::abs(missed - passed) < best) {
            best = std::abs(missed - passed);
            rate = (missed + passed) / 2;
        }
    }
    return rate;
}

double share_from(const std::vector<double>& cosines, double similarity) {
    const auto count = std::count_if(cosines.begin(), cosines.end(), [&](double cosine) {
        return media::calibrated_similarity(cosine) >= similarity;
    });
    return static_cast<double>(count) /
           static_cast<double>(std::max<std::size_t>(1, cosines.size()));
}

int fail(const Error& error) {
    fmt::print(stderr, "face_accuracy: {}\n", error.text());
    return 1;
}

} // namespace

/// face_accuracy DETECTOR EMBEDDER FOLDER...
int main(int argc, char** argv) {
    if (argc < 4)
        return 64;
    auto reader = media::FaceReader::open({argv[1], argv[2]});
    if (!reader)
        return fail(reader.error());
    Gathered gathered;
    for (int i = 3; i < argc; ++i) {
        if (const auto done = gather(**reader, argv[i], gathered); !done)
            return fail(done.error());
    }
    std::vector<double> genuine, impostor;
    for (std::size_t a = 0; a < gathered.samples.size(); ++a) {
        for (std::size_t b = a + 1; b < gathered.samples.size(); ++b) {
            auto& list =
                gathered.samples[a].person == gathered.samples[b].person ? genuine : impostor;
            list.push_back(
                media::cosine(gathered.samples[a].embedding, gathered.samples[b].embedding));
        }
    }
    for (const std::string& flaw : gathered.flaws)
        fmt::print(stderr, "{}\n", flaw);
    fmt::print("{{\"pictures\":{},\"compared\":{},\"flawed\":{},\"genuine\":{},\"impostor\":{},"
               "\"eer\":{:.5f},\"genuine_accepted\":{:.5f},\"impostor_accepted\":{:.6f},"
               "\"impostor_repair\":{:.6f}}}\n",
               gathered.pictures,
               gathered.samples.size(),
               gathered.flaws.size(),
               genuine.size(),
               impostor.size(),
               equal_error(genuine, impostor),
               share_from(genuine, media::accept_similarity),
               share_from(impostor, media::accept_similarity),
               share_from(impostor, media::repair_similarity));
    return 0;
}
