// Ends a wait of a consumer from another thread, but never its closing: librdkafka 2.0.2 takes a yield for the end of
// rd_kafka_consumer_close(), which then returns with nothing closed, and rd_kafka_destroy() waits for the rest for
// ever. Internal to the adapter.
#pragma once

#include <mutex>

#include "eventlog/kafka/handles.hpp"

namespace aw::eventlog {

class Waker {
public:
    void open(rd_kafka_t* consumer) { queue_.reset(rd_kafka_queue_get_consumer(consumer)); }
    // Before rd_kafka_consumer_close(): from now on nobody is woken.
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
