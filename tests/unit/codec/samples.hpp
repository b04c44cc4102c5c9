// Events in the contract's JSON, in the form in which we print them: one per payload and command action, each with
// every field it has.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aw::test {

inline constexpr std::string_view kAccountEnvelope =
    R"({"event_id":"e-1","account_code":"37140000012001","occurred_at":"2026-08-17T00:30:00Z",)"
    R"("recorded_at":"2026-08-17T00:31:00.250Z","source":"sorting",)";
inline constexpr std::string_view kBroadcastEnvelope =
    R"({"event_id":"e-1","occurred_at":"2026-08-17T00:30:00Z","source":"crm",)";

inline std::string account_event(std::string_view payload) {
    return std::string(kAccountEnvelope) + std::string(payload) + "}";
}
inline std::string broadcast_event(std::string_view payload) {
    return std::string(kBroadcastEnvelope) + std::string(payload) + "}";
}
inline std::string command(std::string_view action) {
    return broadcast_event(R"("command":{"case_id":"37140000012-1","actor_staff_id":"s-7","expected_version":3,)"
                           R"("reason":"why",)" +
                           std::string(action) + "}");
}

inline std::vector<std::string> command_samples() {
    return {
        command(R"("ack":{})"),
        command(R"("accept":{"group_role":"SALES"})"),
        command(R"("decline":{"group_role":"AFTER_SALES"})"),
        command(R"("start":{})"),
        command(R"("plan":{"cause":"price","countermeasures":[{"text":"offer","owner_staff_id":"s-2",)"
                R"("due_at":"2026-08-20T09:30:00Z"},{"text":"visit"}]})"),
        command(R"("approve_plan":{})"),
        command(R"("contact":{"level":"EXECUTIVE","channel":"PHONE"})"),
        command(R"("update":{"text":"met them"})"),
        command(R"("done":{"task_id":"37140000012-t4"})"),
        command(R"("suspend":{"until":"2026-09-01T00:00:00Z"})"),
        command(R"("resume":{})"),
        command(R"("resolve":{"outcome":"LOST","lost":{"reason":"PRICE","destination":"competitor X",)"
                R"("own_shortcomings":"no second offer"},"approver_staff_id":"s-1"})"),
        command(R"("report":{"cause":"a","course":"b","responsible":"c","conclusion":"d","countermeasures":"e",)"
                R"("prevention":"f","lost":{"reason":"g"}})"),
        command(R"("approve_report":{})"),
        command(R"("close":{})"),
        command(R"("merge":{"into_case_id":"37140000013-2"})"),
        command(R"("lower_severity":{"severity":"LOW"})"),
        command(R"("transfer":{"to_staff_id":"s-9"})"),
        command(R"("accept_transfer":{})"),
        command(R"("assign_task":{"staff_id":"s-3","text":"call","due_at":"2026-08-18T00:30:00Z"})"),
        command(R"("add_member":{"staff_id":"s-4","group_role":"SPECIALIST"})"),
        command(R"("offer":{"amount":{"currency":"CNY","minor":"1250000"},"text":"discount"})"),
    };
}

inline std::vector<std::string> account_samples() {
    return {
        account_event(R"("shipment":{"business_line":"express","items":"12","weight_g":"8400",)"
                      R"("origin_region":"371402","destination_region":"110100","product":"next-day"})"),
        account_event(R"("revenue":{"business_line":"express","amount":{"currency":"CNY","minor":"-123456"},)"
                      R"("invoice_id":"inv-1","due_on":"2026-09-30"})"),
        account_event(R"("account":{"operation":"REGISTER","previous_code":"37140000012001",)"
                      R"("group_root":"37140000099","closed_on":"2026-12-31","profile_filled":9,"profile_fields":12,)"
                      R"("name":"示例公司","unit_id":"u-1402","importance":"STRATEGIC","settlement":"CREDIT",)"
                      R"("relationship":"LONG_TERM","scope":"MULTI_PROVINCE","industry_code":"C13",)"
                      R"("resident_service":false,"first_trade_on":"2019-03-01",)"
                      R"("assignments":[{"role":"KEY_ACCOUNT_MANAGER","staff_id":"s-2"}],)"
                      R"("annual_revenue_hint":{"currency":"CNY","minor":"42600000"}})"),
        account_event(R"("payment":{"invoice_id":"inv-1","amount":{"currency":"CNY","minor":"1000000"}})"),
        account_event(R"("pickup_request":{"on_call":true,"area":"URBAN"})"),
        account_event(R"("pickup":{"staff_id":"s-8","items":"40"})"),
        account_event(R"("touchpoint":{"touchpoint_id":"t-1","unit_id":"u-1402","staff_id":"s-2",)"
                      R"("role":"KEY_ACCOUNT_MANAGER","channel":"VISIT","leader_led":true,"purpose":"RETENTION",)"
                      R"("finding":"COMPETITOR","commitments":[{"commitment_id":"c-1","text":"new price",)"
                      R"("due_at":"2026-08-20T09:30:00Z","done":true}],"report_filed":true})"),
        account_event(R"("opinion":{"kind":"SURVEY","satisfaction_pct":0,"topic":"delivery"})"),
        account_event(R"("complaint":{"complaint_id":"CMP-1","category":"LOSS","severity":"SERIOUS",)"
                      R"("demand":"赔偿","claimed":{"currency":"CNY","minor":"680000"},"accepting_unit":"u-1402",)"
                      R"("regulator_appeal":true,"media":true,"threatens_to_leave":true})"),
        account_event(R"("complaint_progress":{"complaint_id":"CMP-1","state":"FOLLOW_UP",)"
                      R"("satisfaction":"DISSATISFIED","contact_attempts":2,"customer_informed":false})"),
        account_event(R"("competitor_sighting":{"competitor":"competitor X","evidence":"WRITTEN_QUOTE",)"
                      R"("confidence_pct":80,"competitor_monthly_revenue":{"currency":"CNY","minor":"500000"},)"
                      R"("business_line":"express"})"),
        account_event(R"("contact_change":{"role":"DECISION_MAKER","old_contact_id":"p-1","new_contact_id":"p-2"})"),
        account_event(R"("service_request":{"request_id":"r-1","area":"RURAL","special":true})"),
        account_event(R"("service_completion":{"request_id":"r-1"})"),
        account_event(R"("service_failure":{"stage":"DELIVERY","items":"3"})"),
        account_event(R"("contract":{"contract_id":"k-1","starts_on":"2026-01-01","ends_on":"2026-12-31",)"
                      R"("conditions":[{"business_line":"express","window":"MONTH",)"
                      R"("committed_revenue":{"currency":"CNY","minor":"2000000"},"discount_bp":4000}]})"),
        account_event(
            R"("manual_signal":{"staff_id":"s-2","kind":"MANUAL","severity":"HIGH","reason":"they said so"})"),
    };
}

inline std::vector<std::string> broadcast_samples() {
    return {
        broadcast_event(
            R"("touchpoint":{"touchpoint_id":"t-2","unit_id":"u-1402","staff_id":"s-2","channel":"FORUM"})"),
        broadcast_event(R"("plan":{"kind":"MAINTENANCE","unit_id":"u-1402","staff_id":"s-2","year_month":"2026-09",)"
                        R"("planned_visits":20})"),
        broadcast_event(R"("unit_figure":{"unit_id":"u-1402","year_month":"2026-08","kind":"TOTAL_REVENUE",)"
                        R"("amount":{"currency":"CNY","minor":"99"}})"),
        broadcast_event(R"("report_action":{"report_id":"rep-1","action":"SUBMIT","staff_id":"s-2",)"
                        R"("minutes_id":"m-1"})"),
        broadcast_event(R"("staff_change":{"staff_id":"s-2","state":"ON_LEAVE","successor_staff_id":"s-3",)"
                        R"("until":"2026-08-31"})"),
        broadcast_event(R"("watermark":{"feed":"sorting","region_code":"371400",)"
                        R"("complete_until":"2026-08-17T00:00:00Z"})"),
        broadcast_event(R"("silence":{"silence_id":"z-1","scope":{"account_root":"37140000012"},)"
                        R"("kinds":["VOLUME_DROP","INACTIVITY"],"from":"2026-08-17T00:00:00Z",)"
                        R"("until":"2026-09-17T00:00:00Z","recurrence":"DAILY","author_staff_id":"s-1",)"
                        R"("reason":"harvest","ended":true})"),
        broadcast_event(
            R"("silence":{"silence_id":"z-1","scope":{"unit_id":"u-1402"},)"
            R"("from":"2026-08-17T00:00:00Z","until":"2026-08-17T04:00:00Z",)"
            R"("recurrence":"WEEKLY:SAT,SUN;UNTIL=2026-12-31","author_staff_id":"s-1","reason":"stocktaking"})"),
        broadcast_event(
            R"("silence":{"silence_id":"z-1","scope":{"case_id":"37140000012-1"},)"
            R"("from":"2026-08-17T00:00:00Z","until":"2026-08-17T04:00:00Z","author_staff_id":"s-1","reason":"stocktaking"})"),
        broadcast_event(R"("tick":{})"),
        broadcast_event(R"("partial":{"topic":"data-gap","subject":"sorting","due_at":"2026-08-17T00:00:00Z",)"
                        R"("partition":3,"counts":["0","-5","9007199254740993"],"sequence":"2",)"
                        R"("items":[{"kind":"TASK","id":"37140000012-t3","account_root":"37140000012"}]})"),
        broadcast_event(
            R"("activation":{"revision":"0123456789ab","document":"AAH/","refused_revision":"ba9876543210",)"
            R"("actor_staff_id":"s-1","forced":true})"),
    };
}

inline std::vector<std::string> event_samples() {
    std::vector<std::string> all = account_samples();
    for (auto&& more : {broadcast_samples(), command_samples()}) all.insert(all.end(), more.begin(), more.end());
    return all;
}

}  // namespace aw::test
