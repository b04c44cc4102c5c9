// A history in memory: every event of some files as a record of the log, in the order in which it was recorded.
//
// Order: recorded_at (occurred_at where it is missing), then file, then line (contract section 1). One event takes some
// 40 bytes beside its encoded form, so a million shipments take about 150 MB. One owner, one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/console.hpp"
#include "cli/event_files.hpp"
#include "codec/records.hpp"
#include "core/model/event.hpp"

namespace aw::cli {

class History {
public:
    struct Entry {
        Timestamp at;      // its log time
        AccountRoot root;  // not set: goes to every partition
        std::uint32_t bytes = 0;
        const char* value = nullptr;

        [[nodiscard]] std::string_view text() const { return {value, bytes}; }
    };

    explicit History(Format format) : format_(format) {}

    void add(const Event& event);
    // Puts everything in order; before it the order is that of add().
    void sort();
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

private:
    [[nodiscard]] const char* keep(std::string_view text);

    Format format_;
    std::vector<Entry> entries_;
    std::vector<std::unique_ptr<char[]>> chunks_;
    std::size_t free_ = 0;  // bytes left in the last chunk
};

// What became of reading some files.
struct ReadCounts {
    std::uint64_t read = 0;
    std::uint64_t rejected = 0;
    std::uint64_t left_out = 0;  // by the map
    bool unreadable = false;     // a file could not be read to its end
};

using OnEvent = std::function<Result<void>(const Event& event)>;
// What is wrong with an event that can be read; nothing = nothing.
using JudgeEvent = std::function<std::optional<Refusal>(const Event& event)>;
using OnRejected = std::function<void(const std::string& file, const FileEvent& event)>;

// Reads the files one after the other. Bad lines go to `rejected`, files that cannot be read are told on stderr; both
// stop nothing. So does what `judge` finds wrong. Only a failing `accept` ends it.
[[nodiscard]] Result<void> read_event_files(const std::vector<std::string>& files, const Input& input, Console& console,
                                            ReadCounts& counts, const OnEvent& accept, const OnRejected& rejected,
                                            const JudgeEvent& judge = {});

}  // namespace aw::cli
