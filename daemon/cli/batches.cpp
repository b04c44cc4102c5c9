#include "cli/batches.hpp"

#include <utility>

namespace aw::cli {
namespace {

using eventlog::LogError;
using eventlog::OutRecord;

constexpr std::size_t kBatchRecords = 1000;
constexpr std::size_t kBatchBytes = 4U << 20;
constexpr int kAttempts = 3;  // of a batch, where the log says that trying again helps

}  // namespace

bool Batches::add(OutRecord record) {
    bytes_ += record.value.size();
    batch_.push_back(std::move(record));
    return (batch_.size() < kBatchRecords && bytes_ < kBatchBytes) || flush();
}

bool Batches::flush() {
    for (int attempt = 1; !batch_.empty(); ++attempt) {
        const auto report = appender_.append(batch_);
        appended_ += report.count;
        std::vector<OutRecord> left;
        for (std::size_t i = 0; i < batch_.size(); ++i) {
            if (!report.acknowledged[i]) left.push_back(std::move(batch_[i]));
        }
        batch_ = std::move(left);
        error_ = report.error;
        const bool again = error_ && error_->kind == LogError::Kind::retriable && attempt < kAttempts;
        if (error_ && !again) return false;
    }
    bytes_ = 0;
    return true;
}

}  // namespace aw::cli
