// A clock, a scheduler and a channel that do what a test says.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "notify/attention.hpp"
#include "notify/channel.hpp"
#include "notify/scheduler.hpp"

namespace aw::notify {

class FakeTime final : public Clock, public Scheduler {
public:
    [[nodiscard]] Timestamp now() const override { return now_; }
    void after(Duration delay, std::function<void()> work) override {
        delays.push_back(delay);
        due_.emplace(now_ + delay, std::move(work));
    }
    // Lets time pass; what falls due on the way is done at its time.
    void advance(Duration by) {
        const Timestamp until = now_ + by;
        while (!due_.empty() && due_.begin()->first <= until) {
            now_ = std::max(now_, due_.begin()->first);
            const auto work = std::move(due_.begin()->second);
            due_.erase(due_.begin());
            work();
        }
        now_ = until;
    }

    // The clock jumps and no timer notices.
    void jump(Duration by) { now_ = now_ + by; }

    std::vector<Duration> delays;  // asked for, in order

private:
    Timestamp now_{1'786'924'200'000};
    std::multimap<Timestamp, std::function<void()>> due_;
};

// Answers at once from `script` (then from `otherwise`), or holds the answers back.
class FakeChannel final : public Channel {
public:
    explicit FakeChannel(std::string id) : id_(std::move(id)) {}
    [[nodiscard]] const std::string& id() const override { return id_; }
    void send(const Rendered& rendered, Done done) override {
        sent.push_back(rendered);
        if (hold) {
            held.push_back(std::move(done));
            return;
        }
        Outcome outcome = otherwise;
        if (!script.empty()) {
            outcome = script.front();
            script.pop_front();
        }
        done(outcome);
    }
    void release(const Outcome& outcome) {
        const Done done = std::move(held.front());
        held.pop_front();
        done(outcome);
    }
    [[nodiscard]] std::vector<std::string> ids() const {
        std::vector<std::string> list;
        for (const Rendered& rendered : sent) list.push_back(rendered.notice.notice_id);
        return list;
    }

    bool hold = false;
    std::deque<Outcome> script;
    Outcome otherwise{SendResult::ok, "fine", Duration{0}};
    std::vector<Rendered> sent;
    std::deque<Done> held;

private:
    std::string id_;
};

inline const Outcome kOk{SendResult::ok, "fine", Duration{0}};
inline const Outcome kRetry{SendResult::retry, "HTTP 500", Duration{0}};
inline const Outcome kPermanent{SendResult::permanent, "HTTP 400", Duration{0}};

inline const Term kTerm{0, 1};

inline Notice make_notice(const std::string& id, const std::string& recipient = "leader-1") {
    Notice notice;
    notice.notice_id = id;
    notice.recipient_staff_id = StaffId(recipient);
    notice.reason = NoticeReason::CASE_OPENED;
    notice.severity = Severity::CRITICAL;
    notice.account_root = AccountRoot{37140000012};
    notice.case_id = CaseId("37140000012-1");
    notice.task_id = TaskId("37140000012-t1");
    notice.subject = "own subject";
    notice.text = "own text";
    notice.created_at = Timestamp{1'786'923'000'000};
    notice.due_at = Timestamp{1'786'924'800'000};  // 2026-08-17T00:00:00Z and 30 minutes before
    return notice;
}

}  // namespace aw::notify
