#include "chaos/taken_in.hpp"

#include "app/dead_letter.hpp"
#include "app/source_lane.hpp"
#include "support/kafka_client.hpp"

namespace aw::test {

using eventlog::OutRecord;

std::multiset<std::string> take_in(const SourceTopic& topic, int partitions, Outputs& expected) {
    auto records = app::source_records(topic.settings, Format::protobuf);
    std::multiset<std::string> values;
    for (const Consumed& consumed : consume_all(topic.broker, topic.name, topic.partitions)) {
        values.insert(consumed.value);
        std::vector<eventlog::HeaderView> headers;
        for (const auto& [name, value] : consumed.headers) headers.push_back({name, value});
        eventlog::Record record;
        record.partition = consumed.partition;
        record.offset = consumed.offset;
        record.append_time = {consumed.timestamp_ms};
        record.key = consumed.key;
        record.value = consumed.value;
        record.headers = headers;
        record.topic = topic.name;
        auto converted = records.convert(record);
        const auto expect = [&](std::string_view what, const OutRecord& out) {
            expected[{std::string(what), out.key}].push_back(whole(out, partitions));
        };
        if (!converted) {
            auto letter = app::letter_of(record, topic.settings.name, topic.name, std::move(converted).error());
            expect(kRefusedIn, app::to_record(std::move(letter), record, Format::protobuf));
        } else if (*converted) {
            expect(kTakenIn, **converted);
        }
    }
    return values;
}

}  // namespace aw::test
