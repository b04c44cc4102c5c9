#include "contract/backends.hpp"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "base/clock.hpp"
#include "eventlog/sqlite/sqlite_log.hpp"
#include "support/kafka_broker.hpp"
#include "support/temporary_folder.hpp"

namespace aw::test {
namespace {

class SqliteBackend final : public Backend {
public:
    explicit SqliteBackend(int partitions) {
        options_.path = folder_.file("log.db");
        options_.partitions = partitions;
        open();
    }
    eventlog::Log& log() override { return *log_; }
    void reopen() override {
        log_.reset();
        open();
    }

private:
    void open() {
        auto opened = eventlog::open_sqlite_log(options_, clock_);
        if (!opened) throw std::runtime_error(opened.error().message);
        log_ = std::move(*opened);
    }
    SystemClock clock_;
    const TemporaryFolder folder_;
    eventlog::SqliteOptions options_;
    std::unique_ptr<eventlog::Log> log_;
};

class KafkaBackend final : public Backend {
public:
    explicit KafkaBackend(int partitions) : options_(kafka_options(partitions)), log_(open_kafka(options_)) {}
    eventlog::Log& log() override { return *log_; }
    void reopen() override {
        log_.reset();
        log_ = open_kafka(options_);
    }

private:
    eventlog::KafkaOptions options_;
    std::unique_ptr<eventlog::Log> log_;
};

}  // namespace

std::vector<BackendKind> all_backends() {
    return {{"Sqlite",
             [](int partitions) -> std::unique_ptr<Backend> { return std::make_unique<SqliteBackend>(partitions); }},
            {"Kafka",
             [](int partitions) -> std::unique_ptr<Backend> { return std::make_unique<KafkaBackend>(partitions); }}};
}

eventlog::KafkaOptions kafka_options(int partitions, const std::string& address) {
    eventlog::KafkaOptions options;
    options.bootstrap_servers = {address.empty() ? KafkaBroker::shared() : address};
    options.topic_prefix = KafkaBroker::unique_prefix();
    options.group_id = options.topic_prefix + "group";
    options.partitions = partitions;
    options.properties = {{"session.timeout.ms", "6000"}, {"heartbeat.interval.ms", "200"}};
    return options;
}

eventlog::LogSink test_sink() {
    if (std::getenv("ACCOUNTWATCH_TEST_VERBOSE") == nullptr) return {};
    return [](eventlog::LogLevel level, std::string_view text) {
        std::fprintf(stderr, "[%d] %.*s\n", static_cast<int>(level), static_cast<int>(text.size()), text.data());
    };
}

std::unique_ptr<eventlog::Log> open_kafka(const eventlog::KafkaOptions& options) {
    auto opened = eventlog::open_kafka_log(options, test_sink());
    if (!opened) throw std::runtime_error(opened.error().message);
    auto created = (*opened)->admin().create({});
    if (!created) throw std::runtime_error(created.error().message);
    return std::move(*opened);
}

}  // namespace aw::test
