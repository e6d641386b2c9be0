// SPDX-License-Identifier: Apache-2.0
// The face networks, run by OpenCV: YuNet finds, MobileFaceNet compares.
#include "libsmos/media/faces/faces_engine.hpp"

#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect/face.hpp>

#include <cmath>
#include <memory>

namespace smos::media {
namespace {

constexpr float least_score = 0.8F; // below it textures and cloth count as faces
constexpr float same_face_overlap = 0.3F;
constexpr int most_candidates = 5000;
constexpr int face_side = 112;
constexpr std::size_t batch = 8;
constexpr int row_length = 15; // box, landmarks, score

/// Turns what OpenCV throws into words.
template <typename Work>
bool guarded(std::string& problem, Work work) {
    try {
        work();
        return true;
    } catch (const std::exception& thrown) {
        problem = thrown.what();
        return false;
    }
}

FoundFace face_of(const float* row, double scale, int pad) {
    const auto back = [&](int i) {
        return static_cast<float>(static_cast<double>(row[i]) / scale - pad);
    };
    FoundFace face;
    face.x = back(0);
    face.y = back(1);
    face.width = static_cast<float>(static_cast<double>(row[2]) / scale);
    face.height = static_cast<float>(static_cast<double>(row[3]) / scale);
    for (int i = 0; i < 10; ++i)
        face.landmarks[static_cast<std::size_t>(i)] = back(4 + i);
    face.score = row[14];
    return face;
}

class OpencvEngine : public FaceEngine {
  public:
    OpencvEngine(const char* detector_path, const char* embedder_path)
        : detector_(cv::FaceDetectorYN::create(detector_path,
                                               "",
                                               cv::Size{320, 320},
                                               least_score,
                                               same_face_overlap,
                                               most_candidates)),
          embedder_(cv::dnn::readNetFromONNX(embedder_path)) {}

    bool detect(const FacePicture& picture,
                int pad,
                double scale,
                std::vector<FoundFace>& found,
                std::string& problem) override {
        return guarded(problem, [&] {
            // OpenCV takes pixels that it only reads as mutable.
            const cv::Mat rgb(
                picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t*>(picture.pixels));
            cv::Mat bgr;
            cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
            if (pad > 0)
                cv::copyMakeBorder(bgr, bgr, pad, pad, pad, pad, cv::BORDER_REPLICATE);
            const cv::Size size{std::max(16, static_cast<int>(std::lround(bgr.cols * scale))),
                                std::max(16, static_cast<int>(std::lround(bgr.rows * scale)))};
            if (size != bgr.size())
                cv::resize(bgr, bgr, size, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
            detector_->setInputSize(size);
            cv::Mat rows;
            detector_->detect(bgr, rows);
            found.clear();
            for (int i = 0; i < rows.rows && rows.cols >= row_length; ++i)
                found.push_back(face_of(rows.ptr<float>(i), scale, pad));
        });
    }

    bool embed(const std::uint8_t* faces,
               std::size_t count,
               std::vector<float>& values,
               std::string& problem) override {
        return guarded(problem, [&] {
            values.clear();
            for (std::size_t first = 0; first < count; first += batch)
                embed_some(faces, first, std::min(batch, count - first), values);
        });
    }

  private:
    /// RGB, (x/255 - mean) / deviation with the values of ImageNet, as the network was trained.
    void embed_some(const std::uint8_t* faces,
                    std::size_t first,
                    std::size_t count,
                    std::vector<float>& values) {
        constexpr float mean[] = {0.485F, 0.456F, 0.406F};
        constexpr float deviation[] = {0.229F, 0.224F, 0.225F};
        constexpr std::size_t area = std::size_t{face_side} * face_side;
        const int shape[] = {static_cast<int>(count), 3, face_side, face_side};
        cv::Mat input(4, shape, CV_32F);
        auto* out = input.ptr<float>();
        for (std::size_t n = 0; n < count; ++n) {
            const std::uint8_t* face = faces + (first + n) * area * 3;
            for (std::size_t c = 0; c < 3; ++c) {
                for (std::size_t i = 0; i < area; ++i)
                    *out++ =
                        (static_cast<float>(face[i * 3 + c]) / 255.0F - mean[c]) / deviation[c];
            }
        }
        embedder_.setInput(input);
        const cv::Mat output = embedder_.forward();
        CV_Assert(output.type() == CV_32F && output.isContinuous() && output.total() % count == 0);
        values.insert(values.end(), output.ptr<float>(), output.ptr<float>() + output.total());
    }

    cv::Ptr<cv::FaceDetectorYN> detector_;
    cv::dnn::Net embedder_;
};

} // namespace
} // namespace smos::media

extern "C" {

__attribute__((visibility("default"))) unsigned smos_face_engine_version();
__attribute__((visibility("default"))) smos::media::FaceEngine*
smos_face_engine_open(const char* detector_path, const char* embedder_path, std::string& problem);

unsigned smos_face_engine_version() { return smos::media::face_engine_version; }

smos::media::FaceEngine*
smos_face_engine_open(const char* detector_path, const char* embedder_path, std::string& problem) {
    std::unique_ptr<smos::media::FaceEngine> engine;
    smos::media::guarded(problem, [&] {
        cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
        engine = std::make_unique<smos::media::OpencvEngine>(detector_path, embedder_path);
    });
    return engine.release();
}
}
