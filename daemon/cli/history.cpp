#include "cli/history.hpp"

#include <algorithm>
#include <cstring>
#include <ostream>

#include "codec/event_encoder.hpp"

namespace aw::cli {
namespace {

constexpr std::size_t kChunkBytes = 4U << 20;

}  // namespace

const char* History::keep(std::string_view text) {
    if (text.size() > free_) {
        free_ = std::max(kChunkBytes, text.size());
        chunks_.push_back(std::make_unique_for_overwrite<char[]>(free_));
    }
    // A chunk is filled from its end, so that what is free needs no second number.
    free_ -= text.size();
    char* at = chunks_.back().get() + free_;
    std::memcpy(at, text.data(), text.size());
    return at;
}

void History::add(const Event& event) {
    const std::string value = encode_event(event, format_);
    const Timestamp at = event.recorded_at.is_set() ? event.recorded_at : event.occurred_at;
    const AccountRoot root = is_broadcast(event) ? AccountRoot{} : root_of(event);
    entries_.push_back({at, root, static_cast<std::uint32_t>(value.size()), keep(value)});
}

void History::sort() {
    const auto earlier = [](const Entry& a, const Entry& b) { return a.at < b.at; };
    if (!std::is_sorted(entries_.begin(), entries_.end(), earlier)) {
        std::stable_sort(entries_.begin(), entries_.end(), earlier);
    }
}

Result<void> read_event_files(const std::vector<std::string>& files, const Input& input, Console& console,
                              ReadCounts& counts, const OnEvent& accept, const OnRejected& rejected,
                              const JudgeEvent& judge) {
    Progress progress(console, "reading");
    for (const std::string& path : files) {
        auto file = EventFile::open(path, input);
        if (!file) {
            progress.wipe();
            console.err << file.error().message << '\n';
            counts.unreadable = true;
            continue;
        }
        const std::uint64_t size = file_bytes(path);
        for (;;) {
            auto next = file->next();
            if (!next) {
                progress.wipe();
                console.err << next.error().message << '\n';
                counts.unreadable = true;
                ++counts.rejected;  // the line at which it ends
                break;
            }
            if (!*next) break;
            ++counts.read;
            if (judge && (*next)->event) {
                if (auto refusal = judge(**(*next)->event)) (*next)->event = fail(*std::move(refusal));
            }
            if (!(*next)->event) {
                ++counts.rejected;
                progress.wipe();
                rejected(path, **next);
                continue;
            }
            if (auto accepted = accept(**(*next)->event); !accepted) return accepted;
            if (counts.read % 1024 == 0) progress.show(counts.read, "events", file->bytes_read(), size);
        }
        counts.left_out += file->left_out();
    }
    return {};
}

}  // namespace aw::cli
