#include <thread>

#include <fmt/format.h>

#include "base/clock.hpp"
#include "bench/kafka/runs.hpp"
#include "codec/event_encoder.hpp"

namespace aw::test {

using std::chrono::steady_clock;

double since(steady_clock::time_point then) {
    return std::chrono::duration<double>(steady_clock::now() - then).count();
}

void keep_pace(steady_clock::time_point began, std::uint64_t n, std::uint64_t rate) {
    const std::chrono::duration<double> passed(static_cast<double>(n) / static_cast<double>(rate));
    const auto moment = began + std::chrono::duration_cast<steady_clock::duration>(passed);
    if (moment - steady_clock::now() > std::chrono::milliseconds{1}) std::this_thread::sleep_until(moment);
}

void Shipments::make(std::uint64_t n, Keyed& record, Format format) {
    const bool before = n < known();
    const std::uint64_t account = before ? n % accounts_ : random_() % accounts_;
    const std::uint64_t days_ago = before ? days_ - 1 - n / accounts_ : 0;
    Event event;
    const std::string id = fmt::format("sorting-belt-07/2026/waybill-EMS-{:032}-scan-accepted", n);
    event.event_id = id;
    event.code = {AccountRoot{(371'400ULL + account / 100'000) * 100'000 + account % 100'000}, 1};
    event.occurred_at = SystemClock{}.now() - std::chrono::hours{24 * days_ago};
    event.source = "sorting-centre-dezhou";
    event.payload = ShipmentEvent{"express", 1 + static_cast<std::int64_t>(n % 9), 2100, "371402",
                                  "440300",  "standard-express-next-day-delivery"};
    record.key = format_root(event.code.root);
    record.value = encode_event(event, format);
}

}  // namespace aw::test
