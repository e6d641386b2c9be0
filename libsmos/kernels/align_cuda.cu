// SPDX-License-Identifier: Apache-2.0
// The CUDA twin of face alignment: all faces of all pictures in one launch.
#include "libsmos/kernels/align_plan.hpp"
#include "libsmos/kernels/device_memory.cuh"
#include "libsmos/kernels/launch.cuh"

#include <map>
#include <tuple>
#include <utility>

namespace smos::kernels {

namespace {

// Pictures already on the device: several faces of one picture share its copy.
using Pictures = std::map<std::tuple<const std::uint8_t*, int, int, std::ptrdiff_t>, DevicePlane>;

Plane<const std::uint8_t>
on_device(Work& work, Pictures& pictures, const Plane<const std::uint8_t>& host) {
    const auto key = std::make_tuple(host.data, host.width, host.height, host.pitch);
    auto found = pictures.find(key);
    if (found == pictures.end()) {
        found = pictures.emplace(key, DevicePlane(work, host, 3)).first;
    }
    return found->second.view();
}

} // namespace

Outcome align_on_cuda(std::span<const FaceSource> faces, std::uint8_t* out, Timing* timing) {
    if (faces.empty()) {
        return Outcome::done;
    }
    Work work;
    Pictures pictures;
    std::vector<FaceSource> there;
    there.reserve(faces.size());
    for (const FaceSource& face : faces) {
        there.push_back({on_device(work, pictures, face.source), face.map});
    }
    const DeviceBytes jobs(work, there.size() * sizeof(FaceSource));
    const DeviceBytes cut(work, there.size() * face_bytes);
    jobs.copy_in(work, there.data(), there.size() * sizeof(FaceSource));
    const FaceOp op{jobs.as<const FaceSource>(), cut.as<std::uint8_t>()};
    const Extent extent{0, 0, face_side_px, face_side_px, static_cast<int>(faces.size())};
    work.launched([&](cudaStream_t stream) { return per_pixel_deep(op, extent, stream); }, timing);
    const Outcome computed = work.finish();
    if (computed != Outcome::done) {
        return computed;
    }
    cut.copy_out(work, out, there.size() * face_bytes);
    return work.finish();
}

} // namespace smos::kernels
