#include "disk.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace aw::test {
namespace {

constexpr std::uint64_t kSector = 512;

void put(Disk::Bytes& bytes, std::uint64_t offset, std::string_view data) {
    if (bytes.size() < offset + data.size()) bytes.resize(offset + data.size(), '\0');
    std::memcpy(bytes.data() + offset, data.data(), data.size());
}

bool needs_room(Step kind) { return kind == Step::write || kind == Step::share; }

}  // namespace

// `share_done`: of a step at which everything ends, how much of it still happens.
Disk::Outcome Disk::step(Step kind, double& share_done) {
    share_done = 0;
    if (dead_) return Outcome::error;
    ++figures_.steps;
    share_done = 1;
    if (!trouble_) return Outcome::done;
    if (trouble_->after > 0) {
        --trouble_->after;
        return Outcome::done;
    }
    if (trouble_->kind == Trouble::Kind::kill || trouble_->kind == Trouble::Kind::power_cut) {
        dead_ = true;
        power_lost_ = trouble_->kind == Trouble::Kind::power_cut;
        share_done = trouble_->part / 256.0;
        trouble_.reset();
        return Outcome::error;
    }
    const bool full = trouble_->kind == Trouble::Kind::disk_full;
    if (full && !trouble_->any_step && !needs_room(kind)) return Outcome::done;
    if (--trouble_->times == 0) trouble_.reset();
    ++figures_.failed;
    share_done = 0;
    return full ? Outcome::full : Outcome::error;
}

Disk::Outcome Disk::open(const std::string& name, bool create, Handle& file) {
    double share_done = 0;
    if (const Outcome outcome = step(Step::open, share_done); outcome != Outcome::done) return outcome;
    const auto found = names_.find(name);
    if (found != names_.end()) {
        file = found->second;
    } else if (create) {
        file = names_[name] = std::make_shared<File>();
    } else {
        return Outcome::error;
    }
    return Outcome::done;
}

Disk::Outcome Disk::read(const File& file, std::uint64_t offset, char* into, std::size_t size) {
    double share_done = 0;
    if (const Outcome outcome = step(Step::read, share_done); outcome != Outcome::done) return outcome;
    const std::uint64_t there = offset < file.now.size() ? std::min<std::uint64_t>(size, file.now.size() - offset) : 0;
    std::memcpy(into, file.now.data() + std::min<std::uint64_t>(offset, file.now.size()), there);
    std::memset(into + there, 0, size - there);
    return Outcome::done;
}

Disk::Outcome Disk::write(File& file, std::uint64_t offset, std::string_view bytes) {
    double share_done = 0;
    const Outcome outcome = step(Step::write, share_done);
    const auto part = bytes.substr(0, static_cast<std::size_t>(share_done * static_cast<double>(bytes.size())));
    if (!part.empty()) {
        put(file.now, offset, part);
        file.open.emplace_back(File::Write{offset, Bytes(part)});
    }
    return outcome;
}

Disk::Outcome Disk::truncate(File& file, std::uint64_t size) {
    double share_done = 0;
    const Outcome outcome = step(Step::truncate, share_done);
    if (share_done >= 0.5) {
        file.now.resize(size, '\0');
        file.open.emplace_back(File::Resize{size});
    }
    return outcome;
}

Disk::Outcome Disk::sync(File& file, bool folder) {
    double share_done = 0;
    const Outcome outcome = step(Step::sync, share_done);
    if (share_done < 0.5) return outcome;
    for (const auto& change : file.open) {
        if (const auto* write = std::get_if<File::Write>(&change)) {
            put(file.durable, write->offset, write->bytes);
        } else {
            file.durable.resize(std::get<File::Resize>(change).size, '\0');
        }
    }
    file.open.clear();
    file.named = true;
    if (folder) {
        for (auto& [name, any] : names_) any->named = true;
        removed_.clear();
    }
    return outcome;
}

Disk::Outcome Disk::remove(const std::string& name, bool synced) {
    double share_done = 0;
    const Outcome outcome = step(Step::remove, share_done);
    const auto found = names_.find(name);
    if (share_done < 0.5 || found == names_.end()) return outcome;
    if (!synced && found->second->named) removed_[name] = found->second;
    names_.erase(found);
    return outcome;
}

Disk::Outcome Disk::share() {
    double share_done = 0;
    return step(Step::share, share_done);
}

void Disk::expect(const Trouble& trouble) { trouble_ = trouble; }

// Three kinds of bad luck: nothing of it had reached the disk, all of it, or each sector by itself.
void Disk::lose(File& file, std::mt19937_64& random) {
    const auto luck = random() % 4;
    for (const auto& change : file.open) {
        if (const auto* resize = std::get_if<File::Resize>(&change)) {
            const bool kept = luck == 1 || (luck > 1 && random() % 2 == 0);
            if (kept) file.durable.resize(resize->size, '\0');
            continue;
        }
        const auto& write = std::get<File::Write>(change);
        std::uint64_t kept = 0;
        std::uint64_t sectors = 0;
        for (std::uint64_t at = write.offset; at < write.offset + write.bytes.size(); ++sectors) {
            const std::uint64_t end = std::min((at / kSector + 1) * kSector, write.offset + write.bytes.size());
            if (luck == 1 || (luck > 1 && random() % 2 == 0)) {
                put(file.durable, at, std::string_view(write.bytes).substr(at - write.offset, end - at));
                ++kept;
            }
            at = end;
        }
        if (kept == sectors) ++figures_.writes_kept;
        if (kept < sectors) ++figures_.writes_lost;
        if (kept > 0 && kept < sectors) ++figures_.writes_torn;
    }
    file.open.clear();
    file.now = file.durable;
}

void Disk::begin_again(std::mt19937_64& random) {
    trouble_.reset();
    if (std::exchange(power_lost_, false)) {
        for (auto& [name, file] : removed_) {
            if (!names_.contains(name) && random() % 2 == 0) names_[name] = file;
        }
        for (auto at = names_.begin(); at != names_.end();) {
            if (!at->second->named && random() % 2 == 0) {
                at = names_.erase(at);
                continue;
            }
            // Whoever still holds the old handle is dead, and must not change what is left.
            at->second = std::make_shared<File>(*at->second);
            lose(*at->second, random);
            at->second->named = true;
            ++at;
        }
        removed_.clear();
    }
    dead_ = false;
}

Disk Disk::copy() const {
    Disk other;
    for (const auto& [name, file] : names_) other.names_[name] = std::make_shared<File>(*file);
    return other;
}

}  // namespace aw::test
