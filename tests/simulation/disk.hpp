// A disk in memory that keeps two truths of every file: what whoever reads it sees, and what would be left if the power
// went now. Between them lies what was written and not yet synced, of which a power cut keeps, drops or tears as chance
// wants it. Every call that could fail on a real disk is a step, and trouble comes at a step.
//
// The model: a write changes only the bytes it names (as SQLite's own VFS promises), a sync makes everything of its
// file and the file's name durable, and a sector of 512 bytes is written whole or not at all. A disk that says "synced"
// and lies, or that forgets after a failed sync what it had been given, is none of it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace aw::test {

enum class Step : std::uint8_t { open, read, write, sync, truncate, remove, share };

struct Trouble {
    enum class Kind : std::uint8_t {
        io_error,   // steps of any kind fail
        disk_full,  // steps that need room fail, or steps of any kind for want of it (thin volumes, quotas)
        kill,       // the process ends here; what it wrote stays in the system's cache
        power_cut,  // everything ends here
    };
    Kind kind = Kind::io_error;
    std::uint64_t after = 0;  // so many steps from now
    std::uint64_t times = 1;  // of the failures: so many steps one after the other
    bool any_step = false;    // of a full disk
    // Of the ends: how much of the step itself still happens, in 256ths.
    int part = 0;
};

struct DiskFigures {
    std::uint64_t steps = 0;
    std::uint64_t failed = 0;       // steps that failed by trouble, dead ones not counted
    std::uint64_t writes_lost = 0;  // by power cuts
    std::uint64_t writes_torn = 0;  // of which a part only was lost
    std::uint64_t writes_kept = 0;  // unsynced, and on the disk all the same
};

class Disk {
public:
    using Bytes = std::string;
    struct File {
        struct Write {
            std::uint64_t offset;
            Bytes bytes;
        };
        struct Resize {
            std::uint64_t size;
        };
        Bytes now;                                      // what is read
        Bytes durable;                                  // what is on the disk
        std::vector<std::variant<Write, Resize>> open;  // between them, in order
        bool named = false;                             // its name is on the disk
    };
    using Handle = std::shared_ptr<File>;

    // --- for the VFS ---
    enum class Outcome : std::uint8_t { done, error, full };
    [[nodiscard]] Outcome open(const std::string& name, bool create, Handle& file);
    [[nodiscard]] Outcome read(const File& file, std::uint64_t offset, char* into, std::size_t size);
    [[nodiscard]] Outcome write(File& file, std::uint64_t offset, std::string_view bytes);
    [[nodiscard]] Outcome truncate(File& file, std::uint64_t size);
    // With `folder`: and what happened to names until now.
    [[nodiscard]] Outcome sync(File& file, bool folder);
    [[nodiscard]] Outcome remove(const std::string& name, bool synced);
    [[nodiscard]] Outcome share();  // memory shared between connections
    [[nodiscard]] bool exists(const std::string& name) const { return names_.contains(name); }

    // --- for the test ---
    // Replaces the trouble there was.
    void expect(const Trouble& trouble);
    void calm() { trouble_.reset(); }
    [[nodiscard]] bool expects() const { return trouble_.has_value(); }
    // The process or the machine has come to its end: every step fails, until begin_again().
    [[nodiscard]] bool dead() const { return dead_; }
    [[nodiscard]] bool power_lost() const { return power_lost_; }
    // What it finds that starts after the end: after a kill everything, after a power cut what `random` has left.
    void begin_again(std::mt19937_64& random);
    [[nodiscard]] const DiskFigures& figures() const { return figures_; }
    // A copy of everything, as after a shutdown in order.
    [[nodiscard]] Disk copy() const;

private:
    [[nodiscard]] Outcome step(Step kind, double& share_done);
    void lose(File& file, std::mt19937_64& random);

    std::map<std::string, Handle> names_;
    std::map<std::string, Handle> removed_;  // and not yet synced: a power cut may bring them back
    std::optional<Trouble> trouble_;
    bool dead_ = false;
    bool power_lost_ = false;
    DiskFigures figures_;
};

}  // namespace aw::test
