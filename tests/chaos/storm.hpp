// A cluster under load and everything that can be done to it, drawn from a seed.
#pragma once

#include <chrono>
#include <csignal>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "chaos/door.hpp"
#include "chaos/load.hpp"
#include "chaos/verdict.hpp"
#include "settings/loader.hpp"
#include "support/instance.hpp"
#include "support/kafka_broker.hpp"
#include "support/temporary_folder.hpp"

namespace aw::test {

// A run as it belongs to every test run: long enough for every kind of blow.
inline constexpr std::chrono::seconds kShortRun{75};

struct StormOptions {
    std::uint64_t seed = 0;
    int instances = 3;
    int partitions = 6;
    int per_second = 400;        // records of the log
    int source_per_second = 60;  // records that intake has to bring into it
    int history_accounts = 60;
    int history_days = 120;
    std::chrono::milliseconds transaction_lasts{10'000};  // at most; a session lasts 6 s
    std::chrono::seconds lasts{kShortRun};
    int kills = 0;          // go on until so many instances were killed, however long it lasts
    int broker_every = 25;  // one in so many blows hits the broker instead of an instance
};

enum class Blow : std::uint8_t { kill, terminate, freeze, hold_network, cut_network, stop_broker, kill_broker };
// How often each thing was done, by its name.
using Blows = std::map<std::string, int>;

class Storm {
public:
    explicit Storm(StormOptions options);

    void load_history();  // into the empty log
    void rage();          // until it is over; then everybody is well again

    // By hand instead of rage(): load from begin() to end(), and one thing done to one member at a time.
    void begin();
    void end();
    void start(std::size_t member);
    void stop(std::size_t member);  // in order
    void kill(std::size_t member);
    void set_network(std::size_t member, DoorState state) { members_.at(member).door.set(state); }
    void freeze(std::size_t member) { members_.at(member).instance.signal(SIGSTOP); }
    void thaw(std::size_t member) { members_.at(member).instance.signal(SIGCONT); }
    [[nodiscard]] const Instance& instance(std::size_t member) const { return members_.at(member).instance; }
    [[nodiscard]] KafkaBroker& broker() { return broker_; }
    // By partition: where transactions that are undecided now begin in a topic; by default in the changelog.
    [[nodiscard]] std::map<int, std::int64_t> undecided(eventlog::Topic topic = eventlog::Topic::state) const;
    // No open transaction holds the position in a partition of the log: what it has written cannot count any more once
    // somebody else has that partition.
    [[nodiscard]] bool positions_are_decided() const;
    // Until the partitions are shared by so many consumers (each instance has kWorkers); false after a minute.
    [[nodiscard]] bool wait_for_owners(std::size_t consumers) { return wait_for_owners(consumers, ""); }
    // The same of the source's topic; each instance has one.
    [[nodiscard]] bool wait_for_intake(std::size_t consumers) { return wait_for_owners(consumers, "-intake"); }
    static constexpr std::size_t kWorkers = 2;

    // Until everything that the source has sent stands in the log, all of the log is applied, and everybody is told of
    // it; false if one of these takes longer than two minutes.
    [[nodiscard]] bool settle();
    // Each process ends in order; false if one does not.
    [[nodiscard]] bool stop();
    [[nodiscard]] Verdict judge();
    // Settles, stops, judges and prints; fails the test that runs for whatever is wrong.
    void conclude();
    [[nodiscard]] std::vector<std::string> never_done() const;  // kinds of blows that rage() did not come to
    [[nodiscard]] std::string report();                         // blows, exits, what was aborted
    // Records whose transaction was given up: of whatever, and of those that intake brings. Known after report().
    [[nodiscard]] std::uint64_t aborted() const { return aborted_; }
    [[nodiscard]] std::uint64_t aborted_by_intake() const { return aborted_by_intake_; }
    [[nodiscard]] std::uint64_t digests() const { return digests_; }  // known after conclude()
    [[nodiscard]] const std::vector<std::string>& trouble() const { return trouble_; }

private:
    struct Member {
        Instance instance;
        Door door;
        std::chrono::steady_clock::time_point back;  // when it is started, or let go on, again
        enum class State : std::uint8_t { up, down, stopped, cut_off } state = State::down;
    };

    [[nodiscard]] std::vector<std::string> settings(const std::string& instance, const std::string& address) const;
    void run_tool(const std::vector<std::string>& arguments);
    [[nodiscard]] bool wait_for_owners(std::size_t consumers, const std::string& group);
    [[nodiscard]] bool wait_until_read(const std::string& group, const std::string& topic, int partitions);
    struct Written {
        std::uint64_t records = 0;    // in the topics of outputs and in the changelog
        std::uint64_t by_intake = 0;  // in the log
    };
    [[nodiscard]] Written count_written(bool aborted_too) const;
    void print(const Verdict& verdict);
    struct Stroke {
        Blow blow = Blow::kill;
        std::chrono::milliseconds after{};  // the one before
        std::chrono::milliseconds lasts{};  // until who was hit comes back
        std::size_t victim = 0;             // a member, if it hits one
    };
    [[nodiscard]] Stroke stroke(std::uint64_t n) const;
    void hit(const Stroke& stroke);
    void hit_member(const Stroke& stroke);  // REQUIRES: somebody is up
    void heal(bool all);
    void watch_exits();

    StormOptions options_;
    Timestamp began_;
    Timestamp digest_;  // when what is held goes out
    Timestamp settled_;
    TemporaryFolder folder_;
    KafkaBroker broker_;
    std::string prefix_;
    settings::Loaded loaded_;
    std::unique_ptr<eventlog::Log> log_;
    std::vector<Member> members_;
    std::unique_ptr<Load> load_;
    std::vector<Blow> first_;
    Blows blows_;
    std::uint64_t aborted_ = 0;
    std::uint64_t aborted_by_intake_ = 0;
    std::uint64_t digests_ = 0;
    std::vector<std::string> trouble_;
    std::chrono::duration<double> longest_stop_{};
};

}  // namespace aw::test
