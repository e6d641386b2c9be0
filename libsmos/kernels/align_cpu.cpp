// SPDX-License-Identifier: Apache-2.0
// The CPU twin of face alignment, and the checks both twins begin with.
#include "libsmos/kernels/align_plan.hpp"

namespace smos::kernels {

std::optional<std::vector<FaceSource>> plan_faces(std::span<const FaceJob> jobs,
                                                  std::span<std::uint8_t> out) {
    if (out.size() < jobs.size() * face_bytes || jobs.size() > max_faces) {
        return std::nullopt;
    }
    std::vector<FaceSource> faces;
    faces.reserve(jobs.size());
    for (const FaceJob& job : jobs) {
        const auto map = fixed(job.to_source);
        if (!map || !sound(job.source, 3)) {
            return std::nullopt;
        }
        faces.push_back({job.source, *map});
    }
    return faces;
}

Outcome align_on_cpu(std::span<const FaceSource> faces, std::uint8_t* out) {
    const FaceOp op{faces.data(), out};
    for (int face = 0; face < static_cast<int>(faces.size()); ++face) {
        for (int y = 0; y < face_side_px; ++y) {
            for (int x = 0; x < face_side_px; ++x) {
                op(x, y, face);
            }
        }
    }
    return Outcome::done;
}

Outcome
align(std::span<const FaceJob> jobs, std::span<std::uint8_t> out, Device device, Timing* timing) {
    const auto faces = plan_faces(jobs, out);
    if (!faces) {
        return Outcome::bad_job;
    }
    return device == Device::cpu ? align_on_cpu(*faces, out.data())
                                 : align_on_cuda(*faces, out.data(), timing);
}

} // namespace smos::kernels
