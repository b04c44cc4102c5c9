// Shard: its accounts, its state records, and the answers to questions about it.
#include <algorithm>
#include <charconv>
#include <limits>

#include "base/hash.hpp"
#include "core/shard/shard.hpp"
#include "core/shard/state_version.hpp"

namespace aw {
namespace {

constexpr int kViewDays = 28;

constexpr Day kBegin{-1'000'000};
constexpr Day kEnd{1'000'000};

}  // namespace

Account* Shard::find(AccountRoot root) {
    const auto found = index_.find(root);
    return found == index_.end() ? nullptr : &accounts_[found->second];
}

const Account* Shard::find(AccountRoot root) const {
    const auto found = index_.find(root);
    return found == index_.end() ? nullptr : &accounts_[found->second];
}

Account& Shard::account_of(AccountRoot root, Day first_day) {
    const auto [at, added] = index_.try_emplace(root, static_cast<std::uint32_t>(accounts_.size()));
    if (!added) {
        Account& known = accounts_[at->second];
        if (first_day < known.first_event_day) {
            known.first_event_day = first_day;
            touch(known, Account::kHot);
        }
        return known;
    }
    // A quarter more at a time: doubling could leave a hundred megabytes empty.
    if (accounts_.size() == accounts_.capacity()) accounts_.reserve(accounts_.size() + accounts_.size() / 4 + 64);
    Account& account = accounts_.emplace_back();
    account.root = root;
    account.first_event_day = first_day;
    account.hot_from = today() - (kOpenDays - 1);
    touch(account, Account::kHot | Account::kCold);
    return account;
}

void Shard::touch(Account& account, std::uint8_t part) {
    if (account.dirty == 0) dirty_.push_back(static_cast<std::uint32_t>(&account - accounts_.data()));
    account.dirty |= part;
    if (!departures_.empty() && (part & (Account::kCold | Account::kLedger)) != 0) departures_.touch(account.root);
}

const Unit* Shard::unit_of(const Account& account, const Rules& rules) const {
    const Organisation& organisation = rules.organisation;
    if (account.profile != nullptr && !account.profile->unit_id.empty()) {
        if (const Unit* unit = organisation.find_unit(account.profile->unit_id)) return unit;
    }
    return organisation.unit_of_region(region_of(account.root));
}

// The grade now: an upgrade counts at once, a downgrade waits for the monthly look (R9).
std::int8_t Shard::current_grade(const Account& account, const Rules& rules) const {
    const GradeScheme& scheme = rules.policy.grade_scheme;
    const std::int8_t kept = carried_rank(rules_->policy.grade_scheme, scheme, account.grade);
    return std::max(kept, grade_rank(scheme, account.t12m(today())));
}

// --- state ---

void Shard::write_shard(std::vector<StateRecord>& out) const {
    out.push_back({"shard", versioned([&](ArchiveWriter& archive) {
                       auto& self = const_cast<Shard&>(*this);  // a writer only reads
                       archive(clock_, last_tick_, started_, next_evaluation_, evaluated_through_, self.lines_,
                               self.overlay_, self.departures_);
                   })});
}

void Shard::write_feeds(std::vector<StateRecord>& out) const {
    out.push_back({"feeds", versioned([&](ArchiveWriter& archive) { archive(feeds_); })});
}

void Shard::write_silences(std::vector<StateRecord>& out) const {
    out.push_back({"silences", versioned([&](ArchiveWriter& archive) { archive(silences_, silence_end_); })});
}

void Shard::write_cadence_feeds(std::vector<StateRecord>& out) const {
    out.push_back({"cadence", versioned([&](ArchiveWriter& archive) { archive(cadence_feeds_); })});
}

void Shard::write_cohorts(std::vector<StateRecord>& out) const {
    out.push_back({"cohorts", versioned([&](ArchiveWriter& archive) { archive(cohorts_); })});
}

void Shard::write_detection(bool shared, bool lateness, std::vector<StateRecord>& out) const {
    auto& detection = const_cast<Detection&>(detection_);  // a writer only reads
    if (shared)
        out.push_back({"detection", versioned([&](ArchiveWriter& archive) { detection.shared_fields(archive); })});
    if (lateness)
        out.push_back({"lateness", versioned([&](ArchiveWriter& archive) { archive(detection.lateness()); })});
}

void Shard::write_lanes(std::vector<StateRecord>& out) const {
    out.push_back({"lanes", versioned([&](ArchiveWriter& archive) { archive(lane_names_); })});
}

void Shard::write_certainty(std::vector<StateRecord>& out) const {
    auto& self = const_cast<Shard&>(*this);  // a writer only reads
    out.push_back({"certainty", versioned([&](ArchiveWriter& archive) { archive(certainty_, self.budget_); })});
}

void Shard::write_account(const Account& account, std::uint8_t parts, std::vector<StateRecord>& out) const {
    const std::string root = format_root(account.root);
    if ((parts & Account::kHot) != 0) {
        out.push_back({"h/" + root, versioned([&](ArchiveWriter& archive) {
                           archive(account.last_event_at, account.first_event_day, account.hot_from, account.feeds,
                                   account.activity, account.standing);
                           account.usage.write_part(archive, account.hot_from, kEnd);
                       })});
    }
    if ((parts & Account::kCold) != 0) {
        out.push_back({"c/" + root, versioned([&](ArchiveWriter& archive) {
                           archive(account.grade, account.profile);
                           account.usage.write_part(archive, kBegin, account.hot_from);
                       })});
    }
    const auto slot = static_cast<std::uint32_t>(&account - accounts_.data());
    if ((parts & Account::kDetector) != 0 && detection_.knows(slot)) {
        auto& detection = const_cast<Detection&>(detection_);  // a writer only reads
        out.push_back(
            {"s/" + root, versioned([&](ArchiveWriter& archive) { detection.account_fields(slot, archive); })});
    }
    if ((parts & Account::kLedger) != 0 && account.ledger != nullptr) {
        out.push_back({"l/" + root, versioned([&](ArchiveWriter& archive) { archive(*account.ledger); })});
    }
    if ((parts & Account::kCadence) != 0 && account.cadence != nullptr) {
        out.push_back({"k/" + root, versioned([&](ArchiveWriter& archive) { archive(*account.cadence); })});
    }
}

void Shard::collect_changes(std::vector<StateRecord>& out) {
    write_shard(out);
    if (activation_changed_)
        out.push_back({"activation", versioned([&](ArchiveWriter& archive) {
                           archive(activation_document_, previous_document_, refused_revision_);
                       })});
    activation_changed_ = false;
    if (feeds_.take_changed()) write_feeds(out);
    if (silences_dirty_) write_silences(out);
    silences_dirty_ = false;
    write_detection(detection_changed_, lateness_changed_, out);
    detection_changed_ = false;
    lateness_changed_ = false;
    if (lanes_changed_) write_lanes(out);
    lanes_changed_ = false;
    if (certainty_changed_) write_certainty(out);
    certainty_changed_ = false;
    if (cadence_changed_) write_cadence_feeds(out);
    cadence_changed_ = false;
    if (cohorts_changed_) write_cohorts(out);
    cohorts_changed_ = false;
    subjects_.collect_changes(out);
    ownership_.collect_changes(out);
    portfolio_.collect_changes(out);
    seen_.collect_changes(out);
    for (const std::uint32_t slot : dirty_) {
        Account& account = accounts_[slot];
        write_account(account, account.dirty, out);
        if ((account.dirty & Account::kDetector) != 0) detection_.record_taken(slot);
        account.dirty = 0;
    }
    dirty_.clear();
}

void Shard::snapshot(std::vector<StateRecord>& out) const {
    write_shard(out);
    out.push_back({"activation", versioned([&](ArchiveWriter& archive) {
                       archive(activation_document_, previous_document_, refused_revision_);
                   })});
    write_feeds(out);
    write_silences(out);
    write_detection(true, true, out);
    write_lanes(out);
    write_certainty(out);
    write_cadence_feeds(out);
    write_cohorts(out);
    subjects_.snapshot(out);
    ownership_.snapshot(out);
    portfolio_.snapshot(out);
    seen_.snapshot(out);
    for (const std::uint32_t slot : slots_by_root()) {
        write_account(accounts_[slot],
                      Account::kHot | Account::kCold | Account::kLedger | Account::kDetector | Account::kCadence, out);
    }
}

std::uint64_t Shard::state_hash() const {
    std::vector<StateRecord> records;
    snapshot(records);
    std::uint64_t sum = 0;
    for (const StateRecord& r : records) sum += hash64(r.value, hash64(r.key));
    return sum;
}

bool Shard::restore(std::string_view key, std::string_view value, const RulesReader& reader) {
    if (key.substr(0, 2) == "d/") return seen_.restore(key, value);
    if (key.substr(0, 2) == Subjects::kStatePrefix) return subjects_.restore(key, value);
    if (key.substr(0, 2) == Ownership::kStatePrefix) return ownership_.restore(key, value);
    if (key.substr(0, 2) == Portfolio::kStatePrefix || key == Portfolio::kStateKey)
        return portfolio_.restore(key, value);
    if (key.size() > 2 && key[1] == '/') {
        const auto root = parse_root(key.substr(2));
        return root && restore_account(key[0], *root, value);
    }
    auto opened = open_state(value);
    if (!opened) return false;
    ArchiveReader& archive = *opened;
    if (key == "shard") {
        archive(clock_, last_tick_, started_, next_evaluation_, evaluated_through_, lines_, overlay_, departures_);
        return archive.finished();
    }
    if (key == "feeds") {
        archive(feeds_);
        return archive.finished();
    }
    if (key == "detection") {
        detection_.shared_fields(archive);
        return archive.finished();
    }
    if (key == "lateness") {
        archive(detection_.lateness());
        return archive.finished();
    }
    if (key == "lanes") {
        archive(lane_names_);
        return archive.finished();
    }
    if (key == "certainty") {
        archive(certainty_);
        if (archive.version() >= 9) archive(budget_);
        return archive.finished();
    }
    if (key == "silences") {
        archive(silences_, silence_end_);
        return archive.finished();
    }
    if (key == "cadence") {
        archive(cadence_feeds_);
        return archive.finished();
    }
    if (key == "cohorts") {
        archive(cohorts_);
        return archive.finished();
    }
    if (key != "activation") return false;
    archive(activation_document_, previous_document_, refused_revision_);
    if (!archive.finished()) return false;
    if (activation_document_.empty()) return true;
    auto rules = reader(activation_document_);
    if (!rules) return false;
    rules_ = *std::move(rules);
    return true;
}

bool Shard::restore_account(char part, AccountRoot root, std::string_view value) {
    auto opened = open_state(value);
    if (!opened) return false;
    ArchiveReader& archive = *opened;
    Account& account = account_of(root, Day{std::numeric_limits<std::int32_t>::max()});  // 'h' brings the first day
    switch (part) {
        case 'h':
            account.dirty &= static_cast<std::uint8_t>(~Account::kHot);
            archive(account.last_event_at, account.first_event_day, account.hot_from, account.feeds, account.activity,
                    account.standing);
            account.usage.read_part(archive);
            break;
        case 'c':
            account.dirty &= static_cast<std::uint8_t>(~Account::kCold);
            archive(account.grade, account.profile);
            account.usage.read_part(archive);
            break;
        case 'l':
            archive(account.story());
            break;
        case 's':
            detection_.account_fields(index_.at(root), archive);
            break;
        case 'k':
            archive(account.cadences());
            break;
        default:
            return false;
    }
    return archive.finished();
}

std::size_t Shard::stored_accounts() const {
    const auto is_owed = [&](std::uint32_t slot) {
        return (accounts_[slot].dirty & (Account::kHot | Account::kCold)) != 0;
    };
    return accounts_.size() - static_cast<std::size_t>(std::ranges::count_if(dirty_, is_owed));
}

// Timers and the like follow from what was restored.
void Shard::finish_restore() {
    for (const std::uint32_t slot : dirty_) accounts_[slot].dirty = 0;
    dirty_.clear();
    detection_.finish_restore();
    timers_.clear();
    waiting_.clear();
    held_.clear();
    held_cadences_.clear();
    silenced_.clear();
    today_until_ = {};
    if (started_) {
        timers_.add({next_evaluation_, TimerClass::evaluation, {}, 1});
        if (rules_->live_from && *rules_->live_from > clock_)
            timers_.add({*rules_->live_from, TimerClass::evaluation, {}, 2});
        if (silence_end_.is_set()) timers_.add({silence_end_, TimerClass::evaluation, {}, kSilenceEnd});
        arm_gaps();
    }
    departures_.forget_accounts();
    for (const auto& [key, subject] : subjects_.all()) {
        for (const Obligation& obligation : subject.obligations) {
            if (obligation.is_queued()) timers_.add(timer_of(Subjects::timer_root(subject), obligation));
        }
    }
    departures_.count_subjects(tasks_of_leavers());
    for (const Account& account : accounts_) {
        departures_.count(account);
        if (account.cadence != nullptr && !account.cadence->held.empty()) held_cadences_.insert(account.root);
        if (account.ledger == nullptr) continue;
        if (!account.ledger->held.empty() || account.ledger->held_defection.n != 0) held_.insert(account.root);
        if (keeps_back(account)) silenced_.insert(account.root);
        for (const Obligation& obligation : account.ledger->file.obligations) {
            if (obligation.is_open() && obligation.waits_for_tick) waiting_.insert(account.root);
            if (obligation.is_queued()) timers_.add(timer_of(account.root, obligation));
        }
    }
}

// --- questions ---

std::optional<AccountView> Shard::account(AccountRoot root) const {
    const Account* account = find(root);
    if (account == nullptr) return std::nullopt;
    const Day day = today();
    const Day from = day - (kViewDays - 1);
    AccountView view;
    view.account_root = root;
    if (account->profile != nullptr && !account->profile->names.empty())
        view.account_name = account->profile->names.begin()->second;
    const Unit* unit = unit_of(*account);
    if (unit != nullptr) view.unit_id = unit->id;
    view.importance = account->importance();
    view.t12m_revenue = account->t12m(day);
    view.is_key_account = is_key_account(rules_->policy, unit == nullptr ? UnitType::UNSPECIFIED : unit->type,
                                         view.importance, view.t12m_revenue);
    view.grade = grade_name(rules_->policy.grade_scheme, current_grade(*account));
    const int paid_lines = account->usage.lines_with_revenue(day);
    if (paid_lines > 0) {
        view.product_breadth =
            paid_lines >= rules_->policy.composite_lines ? ProductBreadth::COMPOSITE : ProductBreadth::SPECIALISED;
    }
    view.items_28d = account->usage.sum(Measure::ITEMS, {}, from, day + 1);
    view.revenue_28d = {account->usage.sum(Measure::REVENUE, {}, from, day + 1)};
    view.last_event_at = account->last_event_at;
    for (const std::uint8_t line : account->usage.lines()) {
        view.lines.push_back(
            {lines_.name(line), account->usage.sum(Measure::ITEMS, {Scope::LINE, line}, from, day + 1)});
    }
    for (const std::uint16_t branch : account->usage.branches()) {
        view.branches.push_back({branch, account->usage.sum(Measure::ITEMS, {Scope::BRANCH, branch}, from, day + 1)});
    }
    if (account->ledger != nullptr) {
        if (const CaseRecord* open = account->ledger->file.open_case()) view.open_case_id = open->view.case_id;
    }
    view.held_feeds = held_feeds(*account, FeedUse::kItems | FeedUse::kRevenue);
    return view;
}

const CaseFile* Shard::case_file(AccountRoot root) const {
    const Account* account = find(root);
    return account == nullptr || account->ledger == nullptr ? nullptr : &account->ledger->file;
}

}  // namespace aw
