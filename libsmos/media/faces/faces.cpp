// SPDX-License-Identifier: Apache-2.0
// Faces in pictures: where they are, whether they can be trusted, and whether two are one person.
#include "libsmos/media/faces/faces.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/core/paths.hpp"
#include "libsmos/media/faces/faces_engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <dlfcn.h>

namespace smos::media {
namespace {

// The only embedder whose similarities were calibrated: MobileFaceNet of foamliu.
constexpr std::string_view calibrated_sha256 =
    "1040555900213268bebc4378e4846f140f1020279461f09d02726fc593e59659";
constexpr double slope = 8.007;
constexpr double offset = -2.283;

// YuNet places landmarks well on faces up to about 300 pixels; larger ones are looked at again.
constexpr double search_side_px = 640;
constexpr double largest_face_px = 200;
constexpr double largest_share = 0.45;
constexpr double close_up_face_px = 140;
constexpr double close_up_pad = 0.4;
constexpr double blind_search_px = 320;

constexpr std::size_t face_bytes = std::size_t{112} * 112 * 3;

double overlap(const FoundFace& a, const FoundFace& b) {
    const double w = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
    const double h = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
    if (w <= 0 || h <= 0)
        return 0;
    const double shared = w * h;
    return shared / (static_cast<double>(a.width) * a.height +
                     static_cast<double>(b.width) * b.height - shared);
}

double rank(const FoundFace& face) {
    const double certain = face.score - 0.5;
    return static_cast<double>(face.width) * face.height * certain * certain;
}

void sort_by_rank(std::vector<FoundFace>& faces) {
    std::stable_sort(faces.begin(), faces.end(), [](const FoundFace& a, const FoundFace& b) {
        return rank(a) > rank(b);
    });
}

Face face_of(const FoundFace& found, int width_px, int height_px) {
    Face face;
    face.x = found.x;
    face.y = found.y;
    face.width = found.width;
    face.height = found.height;
    face.score = found.score;
    for (std::size_t i = 0; i < face.landmarks.size(); ++i)
        face.landmarks[i] = {found.landmarks[2 * i], found.landmarks[2 * i + 1]};
    face.eye_distance_px = std::hypot(face.landmarks[1].x - face.landmarks[0].x,
                                      face.landmarks[1].y - face.landmarks[0].y);
    face.flaw = flaw_of(face, width_px, height_px);
    return face;
}

Error engine_error(const std::string& problem) {
    return {"face_engine", "the face networks failed: " + problem, {}, "check the model files"};
}

class ModuleReader : public FaceReader {
  public:
    ModuleReader(std::unique_ptr<FaceEngine> engine, std::string backend, std::string model_sha256)
        : engine_(std::move(engine)),
          backend_(std::move(backend)),
          model_sha256_(std::move(model_sha256)) {}

    Result<std::vector<Face>> find(const RgbImage& image) override {
        std::vector<Face> faces;
        if (image.pixels.empty())
            return faces;
        SMOS_TRY(const std::vector<FoundFace> found, search(image));
        for (const FoundFace& each : found)
            faces.push_back(face_of(each, image.width_px, image.height_px));
        return faces;
    }

    Result<std::vector<Embedding>> embed(const RgbImage& image,
                                         const std::vector<Face>& faces) override {
        std::vector<Embedding> embeddings;
        if (faces.empty())
            return embeddings;
        SMOS_TRY(const std::vector<std::uint8_t> aligned, cut_out(image, faces));
        std::vector<float> values;
        std::string problem;
        if (!engine_->embed(aligned.data(), faces.size(), values, problem))
            return engine_error(problem);
        const std::size_t length = values.size() / faces.size();
        for (std::size_t i = 0; i < faces.size(); ++i) {
            const auto first = values.begin() + static_cast<std::ptrdiff_t>(i * length);
            const Embedding one{first, first + static_cast<std::ptrdiff_t>(length)};
            embeddings.push_back(mean_embedding({one}));
            if (embeddings.back().empty())
                return engine_error("an embedding is zero or not a number");
        }
        return embeddings;
    }

    const std::string& backend() const override { return backend_; }
    const std::string& model_sha256() const override { return model_sha256_; }

  private:
    Result<std::vector<FoundFace>> detect(const RgbImage& image, int pad, double scale) {
        std::vector<FoundFace> found;
        std::string problem;
        const FacePicture picture{image.pixels.data(), image.width_px, image.height_px};
        if (!engine_->detect(picture, pad, scale, found, problem))
            return engine_error(problem);
        sort_by_rank(found);
        return found;
    }

    Result<std::vector<FoundFace>> search(const RgbImage& image) {
        const double side = std::max(image.width_px, image.height_px);
        const double scale = std::min(1.0, search_side_px / side);
        const int pad = static_cast<int>(std::lround(close_up_pad * side));
        SMOS_TRY(std::vector<FoundFace> found, detect(image, 0, scale));
        if (found.empty()) {
            // A face that fills the picture has no surroundings to be found by.
            SMOS_TRY(found, detect(image, pad, blind_search_px / (side + 2.0 * pad)));
            if (found.empty())
                return found;
        }
        const FoundFace best = found.front();
        const double size = std::max(best.width, best.height);
        const double share = std::max(static_cast<double>(best.width) / image.width_px,
                                      static_cast<double>(best.height) / image.height_px);
        if (size * scale <= largest_face_px && share <= largest_share)
            return found;
        SMOS_TRY(std::vector<FoundFace> closer, detect(image, pad, close_up_face_px / size));
        if (closer.empty())
            return found;
        for (const FoundFace& face : found) {
            const bool seen = std::any_of(closer.begin(), closer.end(), [&](const FoundFace& each) {
                return overlap(face, each) > 0.3;
            });
            const bool large = std::max(face.width, face.height) * scale > largest_face_px;
            if (!seen && !large)
                closer.push_back(face);
        }
        sort_by_rank(closer);
        return closer;
    }

    static Result<std::vector<std::uint8_t>> cut_out(const RgbImage& image,
                                                     const std::vector<Face>& faces) {
        std::vector<kernels::FaceJob> jobs;
        for (const Face& face : faces) {
            const auto map = kernels::face_map(face.landmarks);
            if (!map)
                return engine_error("landmarks that fall together");
            jobs.push_back(
                {{image.pixels.data(), image.width_px, image.height_px, image.width_px * 3}, *map});
        }
        std::vector<std::uint8_t> aligned(faces.size() * face_bytes);
        const auto outcome = kernels::align(jobs, aligned, kernels::Device::cpu);
        if (outcome != kernels::Outcome::done)
            return engine_error(kernels::name_of(outcome));
        return aligned;
    }

    std::unique_ptr<FaceEngine> engine_;
    std::string backend_;
    std::string model_sha256_;
};

struct FaceModule {
    OpenFaceEngine open_engine = nullptr;
};

Result<FaceModule> load_module() {
    const std::string path = program_directory() + "/../lib/smos/" + face_engine_file;
    // Never closed again: OpenCV keeps threads and thread-local state.
    void* module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (module == nullptr) {
        const char* why = ::dlerror();
        return Error{"no_face_module",
                     fmt::format("the face networks cannot be loaded: {}", why ? why : "unknown"),
                     path,
                     "install smos completely"};
    }
    const auto version =
        reinterpret_cast<FaceEngineVersion>(::dlsym(module, "smos_face_engine_version"));
    const auto open = reinterpret_cast<OpenFaceEngine>(::dlsym(module, "smos_face_engine_open"));
    if (version == nullptr || open == nullptr || version() != face_engine_version) {
        return Error{"no_face_module",
                     "the module of the face networks is of another version",
                     path,
                     "install smos completely"};
    }
    return FaceModule{open};
}

Result<std::string> hash_of(const std::string& path) {
    auto digest = sha256_of_file(path);
    if (!digest)
        return Error{"no_model", digest.error().message, path, "check models in the configuration"};
    return hex(*digest);
}

} // namespace

Result<std::unique_ptr<FaceReader>> FaceReader::open(const FaceModels& models) {
    if (models.detector_path.empty() || models.embedder_path.empty()) {
        return Error{"no_model",
                     "no face models are configured",
                     {},
                     "set models.face_detector and models.face_embedder in your configuration"};
    }
    SMOS_TRY(const std::string detector, hash_of(models.detector_path));
    SMOS_TRY(const std::string embedder, hash_of(models.embedder_path));
    if (embedder != calibrated_sha256) {
        return Error{"uncalibrated_model",
                     "the similarities of this face embedder were never calibrated",
                     models.embedder_path,
                     fmt::format("use the file with sha256 {}", calibrated_sha256)};
    }
    SMOS_TRY(const FaceModule module, load_module());
    std::string problem;
    std::unique_ptr<FaceEngine> engine{
        module.open_engine(models.detector_path.c_str(), models.embedder_path.c_str(), problem)};
    if (!engine)
        return Error{"bad_model", "a face model cannot be loaded: " + problem, {}, "replace it"};
    return std::unique_ptr<FaceReader>{std::make_unique<ModuleReader>(
        std::move(engine),
        fmt::format("yunet:{} mobilefacenet:{}", detector.substr(0, 8), embedder.substr(0, 8)),
        embedder)};
}

double calibrated_similarity(double cosine) {
    return 1.0 / (1.0 + std::exp(-(slope * cosine + offset)));
}

Result<Portraits>
portraits_of(FaceReader& reader, const RgbImage& image, const std::string& where) {
    SMOS_TRY(const std::vector<Face> faces, reader.find(image));
    if (faces.empty())
        return Error{"no_face", "there is no face in it", where, "use a picture with a clear face"};
    Portraits portraits;
    for (const Face& face : faces) {
        if (face.flaw.empty())
            portraits.faces.push_back(face);
    }
    if (portraits.faces.empty()) {
        return Error{"poor_face",
                     fmt::format("its face cannot be compared: {}", faces.front().flaw),
                     where,
                     "use a sharp, frontal, whole face"};
    }
    SMOS_TRY(portraits.embeddings, reader.embed(image, portraits.faces));
    return portraits;
}

} // namespace smos::media
