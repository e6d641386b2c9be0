// SPDX-License-Identifier: Apache-2.0
// Rendering: reserved records become films, each timeline once.
#pragma once

#include "libsmos/kernels/device.hpp"
#include "libsmos/kernels/simd.hpp"
#include "libsmos/media/faces/faces.hpp"
#include "libsmos/records/render.hpp"
#include "libsmos/records/stage.hpp"
#include "libsmos/stages/render/film_encoding.hpp"
#include "libsmos/stages/render/render_assets.hpp"
#include "libsmos/stages/render/render_film.hpp"

#include <functional>
#include <optional>
#include <string>

namespace smos::stages {

struct RenderOptions {
    AssetSources sources;
    media::FaceModels faces; // for `crop: face`
    kernels::Device device = kernels::Device::cpu;
    FilmSettings film;
    int workers = 0;
    std::int64_t cache_limit_bytes = std::int64_t{5000} << 20U; // of encoded video
    std::optional<kernels::Simd> simd;                          // none: the widest there is
    bool resolve_only = false;                                  // make the assets, and no film
    bool dry_run = false;
    std::int64_t mem_limit_bytes = 0; // 0: as much as the machine has left
    std::function<records::Stamp(std::int64_t started_us)> stamp;
    std::function<void(const std::string& task, double fraction, const std::string& what)> progress;
    std::function<void(std::int64_t done, std::int64_t of)> frames; // told before its progress
    std::function<bool()> interrupted;
    // To a person: what was delivered otherwise than asked, and what is good to know.
    std::function<void(const std::string&)> warn;
    std::function<void(const std::string&)> remark;
    /// What a dry run says of a timeline; empty: nothing.
    std::function<Result<records::JsonBox>(
        const records::Timeline& timeline, const std::string& task, std::int64_t target_ms)>
        plan;
    /// Told of a reservation whose film was made or failed; where the ledger stands behind its paid
    /// calls. Empty: nobody asks.
    std::function<std::optional<records::Witness>(const std::string& reservation_id)> witness;
};

/// What one timeline became.
struct Rendered {
    records::Render section;
    records::Timeline timeline; // resolved: the SHA-256 of its canonical form is its name
};

/// A timeline to its outputs' films in the store. `target_ms` is the length to aim at by the pace
/// of speech, 0 for none. A timeline that was rendered before is taken from the store.
Result<Rendered> render_timeline(const RenderOptions& options,
                                 records::Timeline timeline,
                                 const std::string& task,
                                 const std::optional<std::string>& reservation_id,
                                 std::int64_t target_ms);

/// render_timeline, wherever it lives: the tool loads it only when a record needs it.
using Renderer = std::function<decltype(render_timeline)>;

/// Acts on `reserved`: `rendered`, or `failed` with the reason. An interrupted record leaves as it
/// came, still `reserved`.
class RenderStage : public records::Stage {
  public:
    RenderStage(RenderOptions options, Renderer renderer)
        : options_(std::move(options)),
          renderer_(std::move(renderer)) {}

    bool concerns(const records::Record& record) const override;
    std::vector<records::Record> apply(records::Record record) override;

  private:
    Result<void> render_record(records::Record& record);

    RenderOptions options_;
    Renderer renderer_;
};

} // namespace smos::stages
