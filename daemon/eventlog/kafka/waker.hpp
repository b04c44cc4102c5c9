// Ends a wait of a consumer from another thread, but never its closing: librdkafka 2.0.2 may take a yield for the end of
// that, and rd_kafka_destroy() then waits for the rest for ever. Internal to the adapter.
#pragma once

#include <mutex>

#include "eventlog/kafka/handles.hpp"

namespace aw::eventlog {

class Waker {
public:
    void open(rd_kafka_t* consumer) { queue_.reset(rd_kafka_queue_get_consumer(consumer)); }
    // Before the consumer is closed: from now on nobody is woken.
    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    void wake() {  // any thread
        const std::lock_guard lock(mutex_);
        if (!closed_) rd_kafka_queue_yield(queue_.get());
    }

private:
    std::mutex mutex_;
    KafkaQueue queue_;
    bool closed_ = false;
};

}  // namespace aw::eventlog
