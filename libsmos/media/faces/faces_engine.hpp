// SPDX-License-Identifier: Apache-2.0
// The border of the shared module that runs the face networks: OpenCV stays behind it, so that a
// program which never looks at a face never loads it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace smos::media {

inline constexpr unsigned face_engine_version = 1;
inline constexpr const char* face_engine_file = "libsmos-faces.so";

/// RGB, 8 bits, interleaved, rows without padding.
struct FacePicture {
    const std::uint8_t* pixels = nullptr;
    int width = 0;
    int height = 0;
};

struct FoundFace {
    float x = 0;
    float y = 0;
    float width = 0;
    float height = 0;
    float score = 0;
    std::array<float, 10> landmarks{}; ///< x and y of eyes, nose, mouth corners
};

/// No exception leaves it: false with the reason in `problem`.
class FaceEngine {
  public:
    virtual ~FaceEngine() = default;
    /// Finds faces in the picture with `pad` pixels of its edge repeated around it, resized by
    /// `scale`; the answer is in pixels of the picture.
    virtual bool detect(const FacePicture& picture,
                        int pad,
                        double scale,
                        std::vector<FoundFace>& found,
                        std::string& problem) = 0;
    /// `count` faces of 112x112 RGB behind each other to `count` vectors of equal length.
    virtual bool embed(const std::uint8_t* faces,
                       std::size_t count,
                       std::vector<float>& values,
                       std::string& problem) = 0;
};

/// What the module exports. The caller owns the engine; null with the reason in `problem`.
using FaceEngineVersion = unsigned (*)();
using OpenFaceEngine = FaceEngine* (*)(const char* detector_path,
                                       const char* embedder_path,
                                       std::string& problem);

} // namespace smos::media
