#include "codec/payload_shape.hpp"

#include <type_traits>
#include <variant>

#include "codec/event_fields.hpp"
#include "codec/proto_io.hpp"

namespace aw::codec {
namespace {

// Goes through fields() as a reader or writer does, and notes what it hears.
class ShapeReader {
public:
    static constexpr bool kReading = false;
    explicit ShapeReader(PayloadShape& shape) : shape_(shape) {}

    template <class T>
    void operator()(std::string_view name, T&, const Rule& rule = kAny) {
        if (rule.required) shape_.required.emplace_back(name);
        if constexpr (std::is_same_v<T, std::optional<Day>>) shape_.days.emplace_back(name);
        if constexpr (std::is_same_v<T, std::optional<Month>>) shape_.months.emplace_back(name);
    }
    template <class Variant, class NameOf>
    void choice(std::string_view, Variant&, NameOf) {}

private:
    PayloadShape& shape_;
};

// Calls use(event) for an event of every payload that others may send.
template <class Use>
void for_each_payload(Use use) {
    for (std::size_t i = 1; i < std::variant_size_v<EventPayload>; ++i) {
        Event event;
        emplace_alternative(event.payload, i, [](auto&) {});
        if (!is_reserved(event.payload)) use(event);
    }
}

}  // namespace

std::optional<PayloadShape> payload_shape(std::string_view payload) {
    std::optional<PayloadShape> found;
    for_each_payload([&](Event& event) {
        if (payload_name(event.payload) != payload) return;
        found.emplace();
        found->needs_account = !is_broadcast(event) && !std::holds_alternative<CommandEvent>(event.payload);
        ShapeReader reader(*found);
        std::visit(
            [&reader](auto& alternative) {
                if constexpr (!std::is_same_v<std::remove_cvref_t<decltype(alternative)>, std::monostate>) {
                    fields(reader, alternative);
                }
            },
            event.payload);
    });
    return found;
}

std::vector<std::string> payload_names() {
    std::vector<std::string> names;
    for_each_payload([&names](const Event& event) { names.emplace_back(payload_name(event.payload)); });
    return names;
}

}  // namespace aw::codec
