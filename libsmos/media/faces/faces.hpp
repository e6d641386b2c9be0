// SPDX-License-Identifier: Apache-2.0
// Faces in pictures: where they are, whether they can be trusted, and whether two are one person.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/kernels/align.hpp"
#include "libsmos/media/backdrop/backdrop.hpp"

#include <memory>
#include <string>
#include <vector>

namespace smos::media {

/// ONNX files: YuNet 2022mar (finds) and a MobileFaceNet for 112x112 RGB (compares).
struct FaceModels {
    std::string detector_path;
    std::string embedder_path;
};

struct Face {
    double x = 0; ///< of its box, in pixels of the picture; may lie partly outside
    double y = 0;
    double width = 0;
    double height = 0;
    double score = 0; ///< of the detector, 0..1
    kernels::Landmarks landmarks{};
    double eye_distance_px = 0;
    /// Why it must not be compared: doubtful, implausible, turned, tilted, too_small or cut_off.
    /// Empty for a good face.
    std::string flaw;
};

/// Unit length.
using Embedding = std::vector<float>;

/// From -1 to 1; 0 when a length differs or is zero.
double cosine(const Embedding& a, const Embedding& b);
/// The mean direction; empty for none.
Embedding mean_embedding(const std::vector<Embedding>& embeddings);

/// s = 1/(1+exp(-(8.007 cos - 2.283))): 0.60 where one impostor in 100 passes, 0.75 where one in
/// 1000 does. Measured for one embedder only; open() refuses others.
double calibrated_similarity(double cosine);

inline constexpr double accept_similarity = 0.75;
inline constexpr double repair_similarity = 0.60;

/// Landmarks of an upright, frontal, whole face; otherwise the flaw (see Face::flaw).
std::string flaw_of(const Face& face, int width_px, int height_px);

class FaceReader {
  public:
    /// Loads the models and the shared module that runs them (lib/smos/libsmos-faces.so beside the
    /// program's directory). Error codes: no_model, bad_model, uncalibrated_model, no_face_module.
    static Result<std::unique_ptr<FaceReader>> open(const FaceModels& models);
    virtual ~FaceReader() = default;

    /// All faces, the most prominent first: by area and score.
    virtual Result<std::vector<Face>> find(const RgbImage& image) = 0;
    /// One embedding for each face, cut out upright by its landmarks.
    virtual Result<std::vector<Embedding>> embed(const RgbImage& image,
                                                 const std::vector<Face>& faces) = 0;

    /// "yunet:50ef07f7 mobilefacenet:10405559", by the first digits of the files' SHA-256.
    virtual const std::string& backend() const = 0;
    virtual const std::string& model_sha256() const = 0; ///< of the embedder
};

/// The faces of a picture that can be compared, the most prominent first, each with its embedding.
struct Portraits {
    std::vector<Face> faces;
    std::vector<Embedding> embeddings;
};
/// At least one. Error codes: no_face when there is none, poor_face when each has a flaw.
Result<Portraits> portraits_of(FaceReader& reader, const RgbImage& image, const std::string& where);

} // namespace smos::media
