// SPDX-License-Identifier: Apache-2.0
// A video as a source of pictures by time.
#include "libsmos/media/codec/video_source.hpp"

#include "libsmos/media/codec/video_source_decoder.hpp"
#include "libsmos/media/codec/video_source_index.hpp"
#include "libsmos/media/codec/video_source_look.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <new>
#include <optional>

namespace smos::media {
namespace {

// Decoding this many pictures is cheaper than a jump.
constexpr std::int64_t worth_a_jump = 8;
// Playing backwards, how far one picture lies behind the next; further is another place.
constexpr std::int64_t longest_step_back = 32;
// Going on, one picture is shown, one may be behind a hole, and one is decoded.
constexpr std::size_t pictures_ahead = 3;

using LayerPointer = std::shared_ptr<const Layer>;

/// Converted pictures, the least recently used goes first.
class LayerCache {
  public:
    void set_limit(std::size_t limit_bytes) { limit_bytes_ = limit_bytes; }

    LayerPointer find(std::int64_t entry) {
        const auto found = kept_.find(entry);
        if (found == kept_.end())
            return nullptr;
        found->second.used = ++clock_;
        return found->second.layer;
    }

    void keep(std::int64_t entry, LayerPointer layer) {
        bytes_ += layer->size_bytes();
        kept_[entry] = {std::move(layer), ++clock_};
        while (bytes_ > limit_bytes_ && kept_.size() > 1) {
            const auto oldest =
                std::min_element(kept_.begin(), kept_.end(), [](const auto& a, const auto& b) {
                    return a.second.used < b.second.used;
                });
            bytes_ -= oldest->second.layer->size_bytes();
            kept_.erase(oldest);
        }
    }

    void clear() {
        kept_.clear();
        bytes_ = 0;
    }

    /// How many pictures of this size fit.
    std::int64_t room(std::size_t picture_bytes) const {
        return static_cast<std::int64_t>(limit_bytes_ / std::max<std::size_t>(picture_bytes, 1));
    }

  private:
    struct Kept {
        LayerPointer layer;
        std::uint64_t used = 0;
    };
    std::size_t limit_bytes_ = 0;
    std::size_t bytes_ = 0;
    std::uint64_t clock_ = 0;
    std::map<std::int64_t, Kept> kept_;
};

class LibavVideoSource final : public VideoSource {
  public:
    LibavVideoSource(std::string path, const VideoSourceOptions& options)
        : path_(std::move(path)),
          options_(options) {}

    Result<void> start() {
        {
            SMOS_TRY(const std::unique_ptr<MediaSource> source,
                     MediaSource::open(path_, options_.limits));
            const AVStream* stream = source->first_stream(AVMEDIA_TYPE_VIDEO);
            if (stream == nullptr)
                return Error{"no_video", "has no video, only sound", path_, "use it as sound"};
            SMOS_TRY(index_, index_of_video(*source, *stream));
        }
        SMOS_CHECK(rewind());
        std::int64_t entry = 0;
        SMOS_TRY(const bool some, decoder_->next(entry));
        if (!some)
            return Error{"empty", "no picture of its video can be decoded", path_};
        SMOS_TRY(
            look_,
            look_of_video(
                decoder_->stream(), decoder_->picture(), options_.limits.pixels, path_, info_));
        info_.frames = static_cast<std::int64_t>(index_.entries.size());
        info_.rate = index_.rate;
        info_.variable = index_.variable;
        info_.delay = index_.delay;
        info_.duration = duration();
        first_ = position_ = decoded_ = entry;
        return take(entry);
    }

    const VideoSourceInfo& info() const override { return info_; }

    Result<SourcePicture> at(const records::Rational& seconds) override {
        SMOS_EXPECT(seconds.den > 0);
        prepare_libav();
        const std::int64_t entry = index_.at(seconds);
        const std::int64_t wanted = std::clamp(entry, first_, info_.frames - 1);
        SourcePicture picture;
        picture.before_start = entry < 0;
        picture.past_end = entry >= info_.frames;
        const bool backwards = wanted < last_wanted_ && wanted >= last_wanted_ - longest_step_back;
        if (backwards)
            ++steps_back_;
        else if (wanted != last_wanted_)
            steps_back_ = 0;
        last_wanted_ = wanted;
        // Who goes on, or begins again somewhere, needs no memory for it.
        cache_.set_limit(steps_back_ > 1 ? options_.cache_bytes : going_on_bytes());
        SMOS_TRY(picture.index, fetch(wanted, backwards));
        picture.layer = cache_.find(picture.index);
        SMOS_EXPECT(picture.layer != nullptr);
        return picture;
    }

    Result<SourcePicture> at(const records::Rational& seconds,
                             const OtherReaders& others) override {
        passed_.erase(passed_.begin(), passed_.lower_bound(others.need_from));
        last_wanted_ = index_at(seconds); // readers in turn do not play backwards
        const bool ahead = others.pass && last_wanted_ > position_;
        keep_from_ = ahead ? others.need_from : INT64_MAX;
        auto picture = at(seconds);
        keep_from_ = INT64_MAX;
        if (picture && ahead) // where the video is slower, the last reader's last one is this, too
            passed_[picture->index] = picture->layer;
        return picture;
    }

    std::int64_t index_at(const records::Rational& seconds) const override {
        return std::clamp(index_.at(seconds), first_, info_.frames - 1);
    }

    bool is_within_reach(std::int64_t index) const override {
        if (passed_.count(index) > 0)
            return true;
        const auto room = static_cast<std::int64_t>(options_.shared_bytes /
                                                    std::max<std::size_t>(picture_bytes_, 1));
        const auto held = static_cast<std::int64_t>(passed_.size());
        return index > position_ && index - position_ + held <= room;
    }

    void rest() override {
        decoder_.reset();
        cache_.clear();
        passed_.clear();
        position_ = info_.frames; // every picture is a jump away
    }

  private:
    records::Rational duration() const {
        const std::int64_t ticks = index_.end_pts - index_.entries.front().pts;
        const std::int64_t num =
            index_.variable ? ticks * index_.tick.num : info_.frames * index_.rate.den;
        const std::int64_t den = index_.variable ? index_.tick.den : index_.rate.num;
        const std::int64_t divisor = std::max<std::int64_t>(av_gcd(num, den), 1);
        return {num / divisor, den / divisor};
    }

    Result<void> rewind() {
        SMOS_TRY(decoder_, VideoDecoder::open(path_, options_.limits, options_.threads, &index_));
        position_ = decoded_ = -1;
        seeked_ = 0;
        return {};
    }

    Result<void> jump(std::int64_t key) {
        if (key <= first_)
            return rewind();
        if (decoder_ == nullptr)
            SMOS_CHECK(rewind());
        SMOS_CHECK(decoder_->seek(key));
        position_ = key - 1;
        decoded_ = -1;
        seeked_ = key;
        return {};
    }

    /// What another reader passed over, or what is in the cache.
    bool find_kept(std::int64_t entry) {
        if (cache_.find(entry) != nullptr)
            return true;
        const auto found = passed_.find(entry);
        if (found == passed_.end())
            return false;
        cache_.keep(entry, std::move(found->second));
        passed_.erase(found);
        return true;
    }

    std::size_t going_on_bytes() const {
        return std::min(options_.cache_bytes, pictures_ahead * picture_bytes_);
    }

    /// Converts and keeps the decoder's picture.
    Result<void> take(std::int64_t entry) {
        SMOS_TRY(Layer layer, layer_of_video(decoder_->picture(), look_, path_));
        if (picture_bytes_ == 0) {
            picture_bytes_ = layer.size_bytes();
            cache_.set_limit(going_on_bytes());
        }
        picture_bytes_ = layer.size_bytes();
        cache_.keep(entry, std::make_shared<const Layer>(std::move(layer)));
        return {};
    }

    /// The same for those who come behind.
    Result<void> pass(std::int64_t entry) {
        SMOS_TRY(Layer layer, layer_of_video(decoder_->picture(), look_, path_));
        passed_[entry] = std::make_shared<const Layer>(std::move(layer));
        return {};
    }

    /// The entry that is shown for `wanted`, in the cache when this returns: `wanted` itself, or
    /// the one before where the packet of `wanted` holds no picture of its own.
    Result<std::int64_t> fetch(std::int64_t wanted, bool backwards) {
        const auto alias = holes_.find(wanted);
        const std::int64_t shown = alias == holes_.end() ? wanted : alias->second;
        if (find_kept(shown))
            return shown;
        std::int64_t key = index_.key_before(shown);
        const bool passes = keep_from_ < shown;
        if (shown <= position_ || (!passes && key > position_ + worth_a_jump))
            SMOS_CHECK(jump(key));
        // Going back, the pictures before this one are wanted next.
        const std::int64_t window = backwards ? cache_.room(picture_bytes_) - 1 : 0;
        for (;;) {
            const bool hurried = !has_holes_;
            SMOS_TRY(const std::int64_t found, decode_up_to(shown, shown - window));
            if (found >= 0)
                return found;
            // The first picture after the jump was already a later one; or there is a hole, and
            // the same is done again without leaving anything out.
            if (hurried != has_holes_)
                key = index_.key_before(key - 1);
            SMOS_CHECK(jump(key));
        }
    }

    /// Keeps pictures from `from` to `wanted`. Returns what is shown for `wanted`, or -1 when an
    /// earlier key picture is needed.
    Result<std::int64_t> decode_up_to(std::int64_t wanted, std::int64_t from) {
        PictureHandle skipped = make_picture(); // the last one, when it was not kept
        // The one before stands in for a picture that is not there.
        decoder_->hurry_to(has_holes_ ? 0 : std::min(from, keep_from_) - 1);
        for (;;) {
            const std::int64_t before = decoded_;
            std::int64_t entry = 0;
            SMOS_TRY(const bool more, decoder_->next(entry));
            const bool late = !more || entry > wanted;
            if (late && before < 0 && seeked_ > first_)
                return std::int64_t{-1};
            if (!more || (late && before < 0))
                return missing(wanted);
            position_ = decoded_ = entry;
            if (entry > wanted && !has_holes_ && before < wanted - 1) {
                has_holes_ = true; // and what was left out may have to stand in
                return std::int64_t{-1};
            }
            if (entry > wanted)
                return hole(wanted, before, *skipped);
            av_frame_unref(skipped.get());
            if (entry < from && entry >= keep_from_)
                SMOS_CHECK(pass(entry));
            if (entry < from) {
                if (av_frame_ref(skipped.get(), &decoder_->picture()) < 0)
                    throw std::bad_alloc();
                continue;
            }
            if (cache_.find(entry) == nullptr)
                SMOS_CHECK(take(entry));
            if (entry == wanted)
                return wanted;
        }
    }

    /// `wanted` has no picture: `before` stays, and the decoder already holds the one behind.
    Result<std::int64_t> hole(std::int64_t wanted, std::int64_t before, const AVFrame& skipped) {
        if (cache_.find(decoded_) == nullptr)
            SMOS_CHECK(take(decoded_));
        if (skipped.width > 0) {
            SMOS_TRY(Layer layer, layer_of_video(skipped, look_, path_));
            cache_.keep(before, std::make_shared<const Layer>(std::move(layer)));
        }
        if (cache_.find(before) == nullptr)
            return std::int64_t{-1};
        holes_[wanted] = before;
        return before;
    }

    Error missing(std::int64_t wanted) {
        position_ = info_.frames;
        return Error{"truncated",
                     fmt::format("picture {} of {} cannot be decoded", wanted + 1, info_.frames),
                     path_,
                     "copy or download it again"};
    }

    std::string path_;
    VideoSourceOptions options_;
    VideoSourceInfo info_;
    VideoIndex index_;
    VideoLook look_;
    std::unique_ptr<VideoDecoder> decoder_; // null: at rest
    LayerCache cache_;
    std::map<std::int64_t, LayerPointer> passed_; // for other readers
    std::int64_t keep_from_ = INT64_MAX;          // of what is passed over now
    std::map<std::int64_t, std::int64_t> holes_;  // entries without a picture, and what is shown
    bool has_holes_ = false;
    std::size_t picture_bytes_ = 0;
    std::int64_t first_ = 0;     // the first entry that can be decoded
    std::int64_t position_ = -1; // decoding goes on behind this entry
    std::int64_t decoded_ = -1;  // the entry decoded last, -1 since a jump
    std::int64_t seeked_ = 0;    // where decoding began
    std::int64_t last_wanted_ = -1;
    std::int64_t steps_back_ = 0;
};

} // namespace

Result<std::unique_ptr<VideoSource>> VideoSource::open(const std::string& path,
                                                       const VideoSourceOptions& options) {
    auto source = std::make_unique<LibavVideoSource>(path, options);
    SMOS_CHECK(source->start());
    return std::unique_ptr<VideoSource>{std::move(source)};
}

} // namespace smos::media
