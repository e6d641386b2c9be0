// SPDX-License-Identifier: Apache-2.0
// The thread that decodes what the next group of pictures begins with.
#include "libsmos/media/compose/stills_ahead.hpp"

#include "libsmos/kernels/shrink.hpp"

#include <algorithm>
#include <utility>

namespace smos::media {
namespace {

// Two workers begin a film at the same time.
constexpr std::size_t most_threads = 2;

Result<LoadedStill> load(const StillsAhead::Wish& wish) {
    LoadedStill still;
    if (auto found = wish.kept ? wish.kept->find(wish.asset, wish.mip) : std::nullopt)
        return LoadedStill{found->full, wish.mip, std::move(found->shrunk), nullptr};
    SMOS_TRY(Layer layer, load_layer(wish.path));
    still.full = {layer.colour.width_px, layer.colour.height_px};
    still.mip = wish.mip;
    still.whole = std::make_shared<const Layer>(std::move(layer));
    SMOS_TRY(still.shrunk, shrunk_to(still.whole, wish.mip, wish.asset));
    if (!wish.keep_whole)
        still.whole = nullptr;
    if (wish.kept)
        wish.kept->keep(wish.asset, {still.full, still.shrunk});
    return still;
}

} // namespace

Result<std::shared_ptr<const Layer>>
shrunk_to(const std::shared_ptr<const Layer>& whole, kernels::Size mip, const std::string& asset) {
    const Frame& colour = whole->colour;
    if (mip.width == colour.width_px && mip.height == colour.height_px)
        return whole;
    Layer shrunk{Frame::unpainted(mip.width, mip.height), {}};
    auto outcome = kernels::shrink_picture(picture_of(colour), picture_of(shrunk.colour));
    if (outcome == kernels::Outcome::done && !whole->alpha.empty()) {
        shrunk.alpha.resize(shrunk.colour.y_size());
        const kernels::Source alpha{
            whole->alpha.data(), colour.width_px, colour.height_px, colour.y_stride()};
        const kernels::Target out{
            shrunk.alpha.data(), mip.width, mip.height, shrunk.colour.y_stride()};
        outcome = kernels::shrink(alpha, out);
    }
    if (outcome != kernels::Outcome::done)
        return Error{"compose_failed", kernels::name_of(outcome), asset};
    return std::make_shared<const Layer>(std::move(shrunk));
}

StillsAhead::~StillsAhead() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    more_.notify_all();
    for (std::thread& thread : threads_)
        thread.join();
}

void StillsAhead::begin(Wish wish) {
    std::future<Result<LoadedStill>>& coming = coming_[wish.asset];
    if (coming.valid())
        return;
    Task task{[wish = std::move(wish)] { return load(wish); }};
    coming = task.get_future();
    {
        const std::lock_guard lock(mutex_);
        tasks_.push_back(std::move(task));
    }
    more_.notify_all();
    if (threads_.size() < std::min(most_threads, coming_.size()))
        threads_.emplace_back([this] { work(); });
}

std::optional<Result<LoadedStill>> StillsAhead::take(const std::string& asset) {
    const auto found = coming_.find(asset);
    if (found == coming_.end())
        return std::nullopt;
    std::future<Result<LoadedStill>> coming = std::move(found->second);
    coming_.erase(found);
    return coming.get();
}

void StillsAhead::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        more_.wait(lock, [this] { return stop_ || !tasks_.empty(); });
        if (stop_)
            return;
        Task task = std::move(tasks_.front());
        tasks_.pop_front();
        lock.unlock();
        task(); // what it throws, the future throws
        lock.lock();
    }
}

} // namespace smos::media
