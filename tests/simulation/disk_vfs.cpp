#include "disk_vfs.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <new>
#include <stdexcept>
#include <vector>

#include <sqlite3.h>

namespace aw::test {
namespace {

constexpr int kSharedLocks = SQLITE_SHM_NLOCK;

// What the connections of a process share of one file.
struct Shared {
    int readers = 0;  // connections with SHARED or more
    const void* reserved = nullptr;
    const void* pending = nullptr;
    const void* exclusive = nullptr;
    struct RegionLock {
        int shared = 0;
        const void* exclusive = nullptr;
    };
    std::array<RegionLock, kSharedLocks> locks;
    std::vector<std::unique_ptr<char[]>> regions;
};

}  // namespace

struct DiskVfs::Inside {
    Disk& disk;
    std::function<void(int)> sleep;
    std::string name;
    sqlite3_vfs vfs{};
    std::map<std::string, Shared> shared;
    int last_errno = 0;
    std::uint64_t salt = 0;  // randomness that is the same in every run
};

namespace {

struct Open final : sqlite3_file {
    DiskVfs::Inside* inside;
    Disk::Handle file;
    Shared* shared;
    int level;
    bool sync_folder;                             // at the first sync of a new journal or WAL, as SQLite's own VFS does
    std::array<std::uint8_t, kSharedLocks> held;  // of the shared memory: 0, 1 = shared, 2 = exclusive
};

Open& of(sqlite3_file* file) { return *static_cast<Open*>(file); }
DiskVfs::Inside& of(sqlite3_vfs* vfs) { return *static_cast<DiskVfs::Inside*>(vfs->pAppData); }

int told(DiskVfs::Inside& inside, Disk::Outcome outcome, int io_code) {
    if (outcome == Disk::Outcome::done) return SQLITE_OK;
    inside.last_errno = outcome == Disk::Outcome::full ? ENOSPC : EIO;
    if (outcome == Disk::Outcome::full && io_code == SQLITE_IOERR_WRITE) return SQLITE_FULL;
    return io_code;
}

// --- locks of the file ---

int unlock(sqlite3_file* file, int level) {
    Open& self = of(file);
    if (self.level <= level) return SQLITE_OK;
    Shared& shared = *self.shared;
    if (shared.exclusive == &self) shared.exclusive = nullptr;
    if (shared.pending == &self) shared.pending = nullptr;
    if (level < SQLITE_LOCK_RESERVED && shared.reserved == &self) shared.reserved = nullptr;
    if (level == SQLITE_LOCK_NONE) --shared.readers;
    self.level = level;
    return SQLITE_OK;
}

int lock(sqlite3_file* file, int level) {
    Open& self = of(file);
    if (self.level >= level) return SQLITE_OK;
    Shared& shared = *self.shared;
    const auto others = [&](const void* owner) { return owner != nullptr && owner != &self; };
    if (others(shared.exclusive)) return SQLITE_BUSY;
    if (level == SQLITE_LOCK_SHARED) {
        if (others(shared.pending)) return SQLITE_BUSY;
        ++shared.readers;
    } else if (level == SQLITE_LOCK_RESERVED) {
        if (others(shared.reserved) || others(shared.pending)) return SQLITE_BUSY;
        shared.reserved = &self;
    } else {
        if (others(shared.reserved) || others(shared.pending)) return SQLITE_BUSY;
        shared.pending = &self;
        if (shared.readers > 1) return SQLITE_BUSY;
        shared.exclusive = &self;
    }
    self.level = level;
    return SQLITE_OK;
}

int check_reserved(sqlite3_file* file, int* answer) {
    const Shared& shared = *of(file).shared;
    *answer = shared.reserved != nullptr || shared.pending != nullptr || shared.exclusive != nullptr;
    return SQLITE_OK;
}

// --- shared memory ---

int shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
    Open& self = of(file);
    auto& regions = self.shared->regions;
    *memory = nullptr;
    const auto number = static_cast<std::size_t>(region);
    if (number >= regions.size()) {
        if (extend == 0) return SQLITE_OK;
        if (const int code = told(*self.inside, self.inside->disk.share(), SQLITE_IOERR_SHMSIZE); code != SQLITE_OK)
            return code;
        while (regions.size() <= number) regions.push_back(std::make_unique<char[]>(static_cast<std::size_t>(size)));
    }
    *memory = regions[number].get();
    return SQLITE_OK;
}

int shm_lock(sqlite3_file* file, int first, int count, int flags) {
    Open& self = of(file);
    const auto begin = static_cast<std::size_t>(first);
    const auto end = begin + static_cast<std::size_t>(count);
    auto& locks = self.shared->locks;
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
        for (std::size_t i = begin; i < end; ++i) {
            if (self.held[i] == 1) --locks[i].shared;
            if (self.held[i] == 2) locks[i].exclusive = nullptr;
            self.held[i] = 0;
        }
        return SQLITE_OK;
    }
    const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    for (std::size_t i = begin; i < end; ++i) {
        const bool other = locks[i].exclusive != nullptr && locks[i].exclusive != &self;
        if (other || (exclusive && locks[i].shared > (self.held[i] == 1 ? 1 : 0))) return SQLITE_BUSY;
    }
    for (std::size_t i = begin; i < end; ++i) {
        if (exclusive) {
            locks[i].exclusive = &self;
        } else if (self.held[i] == 0) {
            ++locks[i].shared;
        }
        self.held[i] = exclusive ? 2 : 1;
    }
    return SQLITE_OK;
}

void shm_barrier(sqlite3_file*) {}

int shm_unmap(sqlite3_file* file, int remove) {
    Open& self = of(file);
    shm_lock(file, 0, kSharedLocks, SQLITE_SHM_UNLOCK);
    if (remove != 0) self.shared->regions.clear();
    return SQLITE_OK;
}

// --- files ---

int close_file(sqlite3_file* file) {
    unlock(file, SQLITE_LOCK_NONE);
    of(file).~Open();
    return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
    Open& self = of(file);
    const auto at = static_cast<std::uint64_t>(offset);
    const auto outcome =
        self.inside->disk.read(*self.file, at, static_cast<char*>(into), static_cast<std::size_t>(size));
    if (outcome != Disk::Outcome::done) return told(*self.inside, outcome, SQLITE_IOERR_READ);
    return at + static_cast<std::uint64_t>(size) <= self.file->now.size() ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
    Open& self = of(file);
    const std::string_view bytes(static_cast<const char*>(from), static_cast<std::size_t>(size));
    const auto outcome = self.inside->disk.write(*self.file, static_cast<std::uint64_t>(offset), bytes);
    return told(*self.inside, outcome, SQLITE_IOERR_WRITE);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    Open& self = of(file);
    const auto outcome = self.inside->disk.truncate(*self.file, static_cast<std::uint64_t>(size));
    return told(*self.inside, outcome, SQLITE_IOERR_TRUNCATE);
}

int sync_file(sqlite3_file* file, int) {
    Open& self = of(file);
    const int code = told(*self.inside, self.inside->disk.sync(*self.file, self.sync_folder), SQLITE_IOERR_FSYNC);
    if (code == SQLITE_OK) self.sync_folder = false;
    return code;
}

int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
    *size = static_cast<sqlite3_int64>(of(file).file->now.size());
    return SQLITE_OK;
}

int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return 4096; }
int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

const sqlite3_io_methods kMethods = {
    2,        close_file,  read_file,      write_file, truncate_file, sync_file,       size_of_file,
    lock,     unlock,      check_reserved, control,    sector_size,   characteristics, shm_map,
    shm_lock, shm_barrier, shm_unmap,      nullptr,    nullptr,
};

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    DiskVfs::Inside& inside = of(vfs);
    file->pMethods = nullptr;
    if (name == nullptr) return SQLITE_CANTOPEN;  // temporary files: temp_store is MEMORY
    Disk::Handle handle;
    const bool is_new = !inside.disk.exists(name);
    const auto outcome = inside.disk.open(name, (flags & SQLITE_OPEN_CREATE) != 0, handle);
    if (outcome != Disk::Outcome::done) return told(inside, outcome, SQLITE_CANTOPEN);
    auto* self = new (file) Open{};
    self->pMethods = &kMethods;
    self->inside = &inside;
    self->file = std::move(handle);
    self->shared = &inside.shared[name];
    self->sync_folder = is_new && (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
    if (out_flags != nullptr) *out_flags = flags;
    return SQLITE_OK;
}

int remove_file(sqlite3_vfs* vfs, const char* name, int synced) {
    DiskVfs::Inside& inside = of(vfs);
    if (!inside.disk.exists(name)) return SQLITE_IOERR_DELETE_NOENT;
    return told(inside, inside.disk.remove(name, synced != 0), SQLITE_IOERR_DELETE);
}

int access_file(sqlite3_vfs* vfs, const char* name, int, int* there) {
    *there = of(vfs).disk.exists(name);
    return SQLITE_OK;
}

// The disk has one folder.
int full_name(sqlite3_vfs*, const char* name, int size, char* out) {
    const char* slash = std::strrchr(name, '/');
    sqlite3_snprintf(size, out, "%s", slash == nullptr ? name : slash + 1);
    return SQLITE_OK;
}

int randomness(sqlite3_vfs* vfs, int size, char* out) {
    DiskVfs::Inside& inside = of(vfs);
    for (int i = 0; i < size; ++i) {
        inside.salt = inside.salt * 6364136223846793005ULL + 1442695040888963407ULL;
        out[i] = static_cast<char>(inside.salt >> 33);
    }
    return size;
}

int sleep_for(sqlite3_vfs* vfs, int microseconds) {
    of(vfs).sleep(microseconds);
    return microseconds;
}

int current_time(sqlite3_vfs*, double* julian) {
    *julian = 2461000.5;  // nothing asks SQLite for the time
    return SQLITE_OK;
}

int last_error(sqlite3_vfs* vfs, int, char*) { return of(vfs).last_errno; }

}  // namespace

DiskVfs::DiskVfs(Disk& disk, std::function<void(int)> sleep)
    : inside_(std::make_unique<Inside>(Inside{disk, std::move(sleep), {}, {}, {}, 0, 0})) {
    static int count = 0;
    inside_->name = "disk-" + std::to_string(++count);
    sqlite3_vfs& vfs = inside_->vfs;
    vfs.iVersion = 1;
    vfs.szOsFile = sizeof(Open);
    vfs.mxPathname = 512;
    vfs.zName = inside_->name.c_str();
    vfs.pAppData = inside_.get();
    vfs.xOpen = open_file;
    vfs.xDelete = remove_file;
    vfs.xAccess = access_file;
    vfs.xFullPathname = full_name;
    vfs.xRandomness = randomness;
    vfs.xSleep = sleep_for;
    vfs.xCurrentTime = current_time;
    vfs.xGetLastError = last_error;
    if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK) throw std::runtime_error("SQLite takes no VFS");
}

DiskVfs::~DiskVfs() { sqlite3_vfs_unregister(&inside_->vfs); }

const char* DiskVfs::name() const { return inside_->name.c_str(); }

void DiskVfs::forget_process() {
    inside_->shared.clear();
    ++inside_->salt;
}

}  // namespace aw::test
