// A door between clients and a broker: bytes pass while it is open. Held, nothing passes and nobody hears of it, as
// when a cable is pulled; cut, connections end and new ones are refused at once.
#pragma once

#include <cstdint>
#include <memory>

namespace aw::test {

enum class DoorState : std::uint8_t { open, held, cut };

// One owner; the bytes are carried by a thread of its own. Throws if nobody may listen on `clients`.
class Door {
public:
    Door(std::uint16_t clients, std::uint16_t broker);
    ~Door();
    Door(Door&&) noexcept;

    void set(DoorState state);

private:
    class Carrier;
    std::unique_ptr<Carrier> carrier_;
};

}  // namespace aw::test
