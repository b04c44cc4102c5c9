// What tests that read a log as a worker does have in common. Whatever does not work is thrown.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "base/result.hpp"
#include "eventlog/log.hpp"

namespace aw::test {

template <class T>
T must(eventlog::LogResult<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
}

template <class T>
T must(Result<T> result, const std::string& where) {
    if (!result) throw std::runtime_error(result.error().message + ": " + where);
    return std::move(*result);
}

// Until it stands in the log; `staged` is empty then.
inline void commit_all(eventlog::GroupConsumer& worker, eventlog::Commit& staged) {
    auto outcome = worker.commit(staged);
    while (!outcome && outcome.error().can_retry()) outcome = worker.commit(staged);
    if (!must(std::move(outcome)).committed) throw std::runtime_error("a commit was given up");
    staged.clear();
}

}  // namespace aw::test
